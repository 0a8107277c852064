import type { Database } from '../connection/database.ts';

/** A queue's row, by id or by name. */
export function findWorkQueue(database: Database, key: { readonly id: string } | { readonly name: string }) {
  const query = database.kysely.selectFrom('work_queue').selectAll();
  return ('id' in key ? query.where('id', '=', key.id) : query.where('name', '=', key.name)).executeTakeFirst();
}
