import { countRows } from '../connection/count-rows.ts';
import type { Database } from '../connection/database.ts';
import { containing } from '../connection/like.ts';

/** Queues by name, after `after`. Default of `limit`: all. */
export function listWorkQueues(
  database: Database,
  page: { readonly nameLike?: string; readonly after?: string | undefined; readonly limit?: number } = {},
) {
  let query = matching(database, page.nameLike ?? '')
    .selectAll()
    .orderBy('name');
  if (page.limit !== undefined) query = query.limit(page.limit);
  if (page.after !== undefined) query = query.where('name', '>', page.after);
  return query.execute();
}

/** How many match; 10,001 means more than 10,000. */
export function countWorkQueues(database: Database, nameLike: string): Promise<number> {
  return countRows(database, matching(database, nameLike).select('id'));
}

function matching(database: Database, nameLike: string) {
  const query = database.kysely.selectFrom('work_queue');
  return nameLike ? query.where('name', 'ilike', containing(nameLike)) : query;
}
