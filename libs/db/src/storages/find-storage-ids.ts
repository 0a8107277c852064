import { type Executor, statement } from '../connection/statement.ts';

// Held until the transaction ends: what is found is still there when it is referred to.
const find = statement<{ id: string; name: string }>(
  'find_storage_ids',
  'select id, name from millrace.storage where name = any($1::text[]) order by id for key share',
);

/** The ids of those of the named storages that exist, kept from being deleted until the transaction ends. */
export async function findStorageIds(executor: Executor, names: readonly string[]): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  return new Map((await executor.run(find, [names])).map((row) => [row.name, row.id]));
}
