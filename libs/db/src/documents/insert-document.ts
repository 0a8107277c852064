import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** Bytes to be kept by their hash. */
export interface DocumentToInsert {
  /** SHA-256 of `body`, 32 bytes. */
  readonly sha256: Uint8Array;
  readonly body: Uint8Array;
}

const insert = statement<{ size: number }>(
  'insert_document',
  `insert into millrace.document (sha256, created, created_by, size, body) values ($1, $2, $3, $4, $5)
   on conflict do nothing
   returning size`,
);

/** Stores a document; gives whether it was new. */
export async function insertDocument(
  executor: Executor,
  document: DocumentToInsert,
  context: { readonly now: number; readonly actor: string },
): Promise<boolean> {
  const { sha256, body } = document;
  const values = [Buffer.from(sha256), toInstant(context.now), context.actor, body.byteLength, Buffer.from(body)];
  return (await executor.run(insert, values)).length > 0;
}
