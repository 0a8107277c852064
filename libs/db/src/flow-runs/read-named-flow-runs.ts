import { type Kysely, sql } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import type { Transaction } from '../connection/with-transaction.ts';
import { type FlowRunFilter, flowRunConditions, lastingConditions } from './flow-run-conditions.ts';
import { type SelectedFlowRun, selectFlowRuns } from './select-flow-runs.ts';

/** Runs that were named, judged by a filter, all at one instant. */
export interface NamedFlowRuns {
  /** Those that match, by id. */
  readonly flowRuns: SelectedFlowRun[];
  /** Those that do not, but meet its lasting conditions, and those that don't exist. */
  readonly leftIds: string[];
  /** How far the history of each had come; those that don't exist are left out. */
  readonly stateCounts: ReadonlyMap<string, number>;
}

/** Reads whole only those that match: the others may be large, and many. */
export async function readNamedFlowRuns(
  { kysely }: Pick<Transaction, 'kysely'>,
  ids: readonly string[],
  filter: FlowRunFilter,
): Promise<NamedFlowRuns> {
  const rows = ids.length > 0 ? await namedFlowRuns(kysely, ids, filter).execute() : [];
  const flowRuns: SelectedFlowRun[] = [];
  const leftIds: string[] = [];
  const stateCounts = new Map<string, number>();
  for (const { named_id, count_seen, lasting, ...row } of rows) {
    if (count_seen !== null) stateCounts.set(named_id, count_seen);
    if (row.id !== null) flowRuns.push(row as SelectedFlowRun);
    else if (count_seen === null || lasting) leftIds.push(named_id);
  }
  return { flowRuns, leftIds, stateCounts };
}

/** A row for each id; its run whole, where it matches. */
export function namedFlowRuns(kysely: Kysely<Tables>, ids: readonly string[], filter: FlowRunFilter) {
  const whole = selectFlowRuns(kysely)
    .whereRef('r.id', '=', sql.ref('named.named_id'))
    .where((eb) => eb.and(flowRunConditions(filter)))
    .as('whole');
  return kysely
    .selectFrom(sql<{ named_id: string }>`unnest(${ids}::uuid[])`.as<'named'>(sql`named(named_id)`))
    .leftJoin('flow_run as r', 'r.id', 'named.named_id')
    .leftJoinLateral(whole, (join) => join.onTrue())
    .select((eb) => ['named.named_id', 'r.state_count as count_seen', eb.and(lastingConditions(filter)).as('lasting')])
    .selectAll('whole')
    .orderBy('named.named_id');
}
