import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { deleteUnstartedFlowRuns } from '../transitions/delete-flow-runs.ts';

const findAhead = statement<{ flow_run_id: string }>(
  'find_runs_ahead',
  `select flow_run_id from millrace.schedule_fire
   where schedule_id = any($1::uuid[]) and fire_at > $2 and status = 'scheduled' and flow_run_id is not null`,
);

const deleteFires = statement(
  'delete_schedule_fires',
  'delete from millrace.schedule_fire where schedule_id = any($1::uuid[]) and flow_run_id = any($2::uuid[])',
);

const resetWatermarks = statement(
  'reset_watermarks',
  'update millrace.schedule set watermark = $2 where id = any($1::uuid[])',
);

/**
 * Lets schedules begin anew from now: their runs that are still to come and never started go, with their entries in the
 * ledger. Runs that are due or late stay as they are. Gives the runs that went. The schedules must be locked.
 */
export async function restartSchedules(
  executor: Executor,
  scheduleIds: readonly string[],
  context: { readonly now: number; readonly newId: () => string },
): Promise<string[]> {
  const { now } = context;
  if (scheduleIds.length === 0) return [];
  const ahead = await executor.run(findAhead, [scheduleIds, toInstant(now)]);
  const gone = ahead.length
    ? await deleteUnstartedFlowRuns(
        executor,
        ahead.map((row) => row.flow_run_id),
        context,
      )
    : [];
  if (gone.length) await executor.run(deleteFires, [scheduleIds, gone]);
  await executor.run(resetWatermarks, [scheduleIds, toInstant(now)]);
  return gone;
}
