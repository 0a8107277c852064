import { type SqlBool, sql } from 'kysely';
import { countRows } from '../connection/count-rows.ts';
import { toInstant } from '../connection/instant.ts';
import type { Transaction } from '../connection/with-transaction.ts';
import { type FlowRunFilter, flowRunConditions } from './flow-run-conditions.ts';
import { type SelectedFlowRun, selectFlowRuns } from './select-flow-runs.ts';

/** What runs can be ordered by: latest first, then by id. */
export type FlowRunSort = 'sort_at' | 'created';

/** A place in a list: the last run before it. */
export interface FlowRunPosition {
  /** Its `sort_at` or `created`; epoch milliseconds. */
  readonly at: number;
  readonly id: string;
}

export interface FlowRunQuery {
  readonly filter: FlowRunFilter;
  readonly sort: FlowRunSort;
  readonly after: FlowRunPosition | undefined;
  readonly limit: number;
}

/** A page of runs. */
export async function listFlowRuns(
  { kysely }: Pick<Transaction, 'kysely'>,
  { filter, sort, after, limit }: FlowRunQuery,
): Promise<SelectedFlowRun[]> {
  const column = sql.ref(`r.${sort}`);
  let query = selectFlowRuns(kysely).where((eb) => eb.and(flowRunConditions(filter)));
  if (after)
    query = query.where(sql<SqlBool>`(${column}, r.id) < (${toInstant(after.at)}::timestamptz, ${after.id}::uuid)`);
  return query.orderBy(`r.${sort}`, 'desc').orderBy('r.id', 'desc').limit(limit).execute();
}

/** How many runs match; 10,001 means more than 10,000. */
export function countFlowRuns(database: Pick<Transaction, 'kysely'>, filter: FlowRunFilter): Promise<number> {
  const matching = database.kysely
    .selectFrom('flow_run as r')
    .select(sql<number>`1`.as('one'))
    .where((eb) => eb.and(flowRunConditions(filter)));
  return countRows(database, matching);
}
