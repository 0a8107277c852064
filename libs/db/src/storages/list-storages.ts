import { countRows } from '../connection/count-rows.ts';
import type { Database } from '../connection/database.ts';
import { containing } from '../connection/like.ts';

/** Storages by name, after `after`. */
export function listStorages(
  database: Database,
  page: { readonly nameLike: string; readonly after: string | undefined; readonly limit: number },
) {
  const query = matching(database, page.nameLike).selectAll().orderBy('name').limit(page.limit);
  return (page.after === undefined ? query : query.where('name', '>', page.after)).execute();
}

/** How many match; 10,001 means more than 10,000. */
export function countStorages(database: Database, nameLike: string): Promise<number> {
  return countRows(database, matching(database, nameLike).select('id'));
}

function matching(database: Database, nameLike: string) {
  const query = database.kysely.selectFrom('storage');
  return nameLike ? query.where('name', 'ilike', containing(nameLike)) : query;
}
