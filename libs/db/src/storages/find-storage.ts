import type { Database } from '../connection/database.ts';
import type { Transaction } from '../connection/with-transaction.ts';

/** Which storage; the default one where nothing says. */
export type StorageKey = { readonly id: string } | { readonly name: string } | undefined;

/** A storage's row. */
export function findStorage(database: Database | Transaction, key: StorageKey) {
  return selected(database, key).executeTakeFirst();
}

/** The same, kept from being changed or deleted by others until the transaction ends. */
export function lockStorage(tx: Transaction, key: StorageKey) {
  return selected(tx, key).forUpdate().executeTakeFirst();
}

function selected({ kysely }: Pick<Database, 'kysely'>, key: StorageKey) {
  const query = kysely.selectFrom('storage').selectAll();
  if (key === undefined) return query.where('is_default', '=', true);
  return 'id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name);
}
