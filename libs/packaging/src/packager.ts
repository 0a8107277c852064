import type { FlowSource } from './flow-source.ts';
import type { PackageManifest } from './manifest.ts';
import type { FlowCode } from './serializer.ts';
import type { Storage } from './storage/storage.ts';

/** What packagers may use of the server that a deployment is created on. */
export interface PackagingContext {
  /** Puts bytes into the server's database or, with `storage`, under `key` into one of its named storages; gives their SHA-256. */
  putDocument(bytes: Uint8Array, place?: { readonly storage: string; readonly key: string }): Promise<string>;
  /** The name of the server's default storage; where none is set, a folder of this machine. */
  defaultStorage(): Promise<Storage | string>;
  /** Whether it is only a plan: nothing is to be stored. */
  readonly isDryRun: boolean;
}

/** What packagers may use of the server where the flow runs. */
export interface UnpackagingContext {
  /** The bytes that `putDocument` stored, checked against their hash. Throws where there are none, or others. */
  getDocument(sha256: string, place?: { readonly storage: string; readonly key: string }): Promise<Uint8Array>;
}

/** Makes packages of flows. */
export interface Packager {
  /**
   * Says in the manifest who can open the package: "database", "file"; of one's own, `<module>#<export>`, where the
   * export is the class (or a function that makes the packager), taken without arguments.
   */
  readonly type: string;
  /**
   * Stores the flow's code and says where it is. A manifest whose `document` is the hash of a document in the database
   * keeps that one from being cleared away. Throws a PackagingError where the code can't be packaged whole.
   */
  package(flow: FlowSource, context: PackagingContext): Promise<PackageManifest>;
  /**
   * The code of a package. Called, of one's own packagers, in the process that runs the flow; what the built-in ones
   * store is fetched and cached by agents.
   */
  unpackage?(manifest: PackageManifest, context: UnpackagingContext): Promise<FlowCode>;
}
