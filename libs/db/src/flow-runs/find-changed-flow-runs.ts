import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** A run whose history grew, or that was deleted. */
export interface ChangedFlowRun {
  id: string;
  /** Its last state's; `deletedOrdinal` where it was deleted. */
  ordinal: number;
}

/** Above every ordinal of a history. */
export const deletedOrdinal = 2_147_483_647;

const find = statement<ChangedFlowRun & { entries: number }>(
  'find_changed_flow_runs',
  `select id, max(ordinal) as ordinal, count(*) as entries
   from (
     (select flow_run_id as id, ordinal from millrace.flow_run_state
      where received >= $1 order by received limit $2)
     union all
     (select deleted.id, ${deletedOrdinal} as ordinal
      from millrace.flow_run_deletion d cross join unnest(d.flow_run_ids) as deleted(id)
      where d.received >= $1 limit $2)
   ) as changed
   group by id`,
);

/**
 * The runs that got a state, or were deleted, at `since` or later, by the server's time of receipt: what is committed,
 * so a transaction under way may add to it. Undefined where that is more than `mostStates`.
 */
export async function findChangedFlowRuns(
  executor: Executor,
  { since, mostStates }: { readonly since: number; readonly mostStates: number },
): Promise<ChangedFlowRun[] | undefined> {
  const rows = await executor.run(find, [toInstant(since), mostStates + 1]);
  const entries = rows.reduce((sum, row) => sum + row.entries, 0);
  return entries > mostStates ? undefined : rows.map(({ id, ordinal }) => ({ id, ordinal }));
}
