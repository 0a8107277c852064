import { type Executor, statement } from '../connection/statement.ts';

// Held until the transaction ends: what is found is still there when it is referred to.
const find = statement<{ sha256: string }>(
  'find_documents',
  `select encode(sha256, 'hex') as sha256 from millrace.document where sha256 = any($1::bytea[])
   order by sha256 for key share`,
);

/** Those of the documents (hex hashes) that exist, kept from being deleted until the transaction ends. */
export async function findDocuments(executor: Executor, sha256s: readonly string[]): Promise<Set<string>> {
  if (sha256s.length === 0) return new Set();
  const rows = await executor.run(find, [sha256s.map((sha256) => Buffer.from(sha256, 'hex'))]);
  return new Set(rows.map((row) => row.sha256));
}
