import { type Executor, statement } from '../connection/statement.ts';

// Bodies are stored as they are ("storage external"), so that a slice costs what it returns.
const readSlice = statement<{ size: number; slice: Buffer }>(
  'read_document_slice',
  'select size, substring(body from $2 + 1 for $3) as slice from millrace.document where sha256 = $1',
);

/** A part of a document, and the size of the whole; undefined where there is no such document. */
export async function readDocumentSlice(
  executor: Executor,
  sha256: Uint8Array,
  slice: { readonly offset: number; readonly length: number },
): Promise<{ size: number; slice: Buffer } | undefined> {
  const [row] = await executor.run(readSlice, [Buffer.from(sha256), slice.offset, slice.length]);
  return row;
}
