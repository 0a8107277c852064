import { PackagingError } from './packaging-error.ts';
import { readStorageReference, type StorageReference } from './storage/storage.ts';

/** A JSON object. */
export type JsonObject = { [key: string]: unknown };

/** The encoding of a manifest in a deployment's `flow_data`. */
export const manifestEncoding = 'package-manifest';

/** Says where a flow's package is and how it is read; a deployment's `flow_data`. JSON; each packager adds what it needs. */
export interface PackageManifest {
  /** Who made the package and can open it: "database", "file"; of one's own, `<module>#<export>`. */
  readonly type: string;
  /** The flow's name, which is how it is found in the package. */
  readonly flow_name: string;
  /** JSON Schema (2020-12) of the flow's parameters; absent where nothing is known. */
  readonly flow_parameter_schema?: JsonObject;
  readonly [more: string]: unknown;
}

/** A flow whose package is bytes with a hash. */
export interface DocumentManifest extends PackageManifest {
  /** How the bytes are read: "source", "import", "bundle"; of one's own, `<module>#<export>`. */
  readonly serializer: string;
  /** SHA-256 of the bytes: 64 lower-case hex digits. */
  readonly document: string;
}

/** A flow whose package is a document in the server's database. */
export interface DatabaseManifest extends DocumentManifest {
  readonly type: 'database';
}

/** A flow whose package is a file. */
export interface FileManifest extends DocumentManifest {
  readonly type: 'file';
  readonly storage: StorageReference;
  /** The file's path within the storage. */
  readonly key: string;
}

/** The manifest as UTF-8 JSON; equal manifests give equal bytes. */
export function encodeManifest(manifest: PackageManifest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** Reads what {@link encodeManifest} wrote. Throws a {@link PackagingError} on anything else. */
export function decodeManifest(bytes: Uint8Array): PackageManifest {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new PackagingError('package manifest: not JSON', { cause });
  }
  return checkManifest(parsed);
}

/** The value as a manifest. Throws a {@link PackagingError} that names what is wrong with it. */
export function checkManifest(value: unknown): PackageManifest {
  if (!isObject(value)) throw new PackagingError('package manifest: not an object');
  const { type, flow_name, flow_parameter_schema } = value;
  if (typeof type !== 'string' || !type) throw new PackagingError('package manifest: type is missing');
  if (typeof flow_name !== 'string' || !flow_name) throw new PackagingError('package manifest: flow_name is missing');
  if (flow_parameter_schema !== undefined && !isObject(flow_parameter_schema))
    throw new PackagingError('package manifest: flow_parameter_schema is not an object');
  if (type === 'database') return checkDocument(value as unknown as PackageManifest);
  if (type === 'file') return checkFile(value as unknown as PackageManifest);
  return value as unknown as PackageManifest;
}

/** Whether a manifest, checked already, is of a package whose bytes are named by their hash. */
export function isDocumentManifest(manifest: PackageManifest): manifest is DatabaseManifest | FileManifest {
  return manifest.type === 'database' || manifest.type === 'file';
}

function checkDocument(manifest: PackageManifest): DocumentManifest {
  const { serializer, document } = manifest;
  if (typeof serializer !== 'string' || !serializer)
    throw new PackagingError('package manifest: serializer is missing');
  if (typeof document !== 'string' || !/^[0-9a-f]{64}$/.test(document))
    throw new PackagingError('package manifest: document is not 64 lower-case hex digits');
  return manifest as DocumentManifest;
}

function checkFile(manifest: PackageManifest): FileManifest {
  const { key } = checkDocument(manifest);
  if (typeof key !== 'string' || !key) throw new PackagingError('package manifest: key is missing');
  readStorageReference(manifest.storage);
  return manifest as FileManifest;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
