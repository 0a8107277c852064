import type { FlowSource } from './flow-source.ts';
import { readSourceTree } from './read-source-tree.ts';
import type { Serializer } from './serializer.ts';
import { decodeSourceTree, encodeSourceTree, type SourceTree } from './source-tree.ts';

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

  async serialize({ file }: Pick<FlowSource, 'file'>): Promise<Uint8Array> {
    return encodeSourceTree(await readSourceTree(file));
  }

  deserialize(bytes: Uint8Array): SourceTree {
    return decodeSourceTree(bytes);
  }
}
