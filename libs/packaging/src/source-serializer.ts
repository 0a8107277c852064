import { readSourceTree } from './read-source-tree.ts';
import { encodeSourceTree } from './source-tree.ts';

/** Turns a flow's code into the bytes of a document. */
export interface Serializer {
  /** Says in the manifest how the document is read. */
  readonly type: string;
  /** @param file path of the module that defines or exports the flow */
  serialize(file: string): Promise<Uint8Array>;
}

/**
 * A flow's module and everything that it imports by relative paths, as sources: TypeScript, JavaScript, JSON. Packages
 * are not included: they are resolved where the flow runs, from the run's working directory. Files that are read rather
 * than imported (`readFile`, `new Worker(new URL(…))`) are not included either.
 *
 * Equal sources give equal bytes, wherever the files lie. An import that can't be followed is an
 * {@link UnfollowableImportError}.
 */
export class SourceSerializer implements Serializer {
  readonly type = 'source';

  async serialize(file: string): Promise<Uint8Array> {
    return encodeSourceTree(await readSourceTree(file));
  }
}
