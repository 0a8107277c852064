import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Tables } from './tables.ts';

/** Counting further costs more than anybody gains by it. */
const mostCounted = 10_001;

/** How many rows a query gives; 10,001 means more than 10,000. */
export async function countRows<DB, TB extends keyof DB, Row>(
  { kysely }: { readonly kysely: Kysely<Tables> },
  query: SelectQueryBuilder<DB, TB, Row>,
): Promise<number> {
  const { total } = await kysely
    .selectFrom(query.limit(mostCounted).as('counted'))
    .select((build) => build.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return total;
}
