import type { FlowSource } from './flow-source.ts';
import type { SourceTree } from './source-tree.ts';

/** A module that is there where the flow runs, and what to take from it. */
export interface ModuleReference {
  /** A package's name or subpath, or a path; relative ones begin with `./` and count from the run's working directory. */
  readonly module: string;
  /** The name of the export that is the flow. */
  readonly export: string;
}

/** A flow's code: files to be written down and imported, or a reference to a module. */
export type FlowCode = SourceTree | ModuleReference;

/** Turns a flow's code into bytes, and back. */
export interface Serializer {
  /**
   * Says in the manifest how the bytes are read: "source", "import", "bundle"; of one's own,
   * `<module>#<export>`, where the export is the class (or a function that makes the serializer), taken without arguments.
   */
  readonly type: string;
  /** Equal code should give equal bytes, so that deploying it again changes nothing. */
  serialize(flow: FlowSource): Promise<Uint8Array>;
  /** Throws a PackagingError on bytes that it can't have written. */
  deserialize(bytes: Uint8Array): FlowCode | Promise<FlowCode>;
}

/** Whether a type is the name of something of the user's own: `<module>#<export>`. */
export function isCustomType(type: string): boolean {
  return type.includes('#');
}
