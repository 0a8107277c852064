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

const countedTo = 10_001;

/** How many storages match; 10,001 stands for more than 10,000. */
export async function countStorages(database: Database, nameLike: string): Promise<number> {
  const matches = matching(database, nameLike).select('id').limit(countedTo).as('matches');
  const row = await database.kysely
    .selectFrom(matches)
    .select((build) => build.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

function matching(database: Database, nameLike: string) {
  const query = database.kysely.selectFrom('storage');
  return nameLike ? query.where('name', 'ilike', containing(nameLike)) : query;
}
