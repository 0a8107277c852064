import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import type { ChangeContext } from '../transitions/change-flow-run.ts';
import { deleteUnstartedFlowRuns } from '../transitions/delete-flow-runs.ts';
import { skipWaitingFlowRuns } from '../transitions/skip-waiting-flow-runs.ts';
import { type MaterialiseContext, materialiseFires } from './materialise-fires.ts';

const findAhead = statement<{ flow_run_id: string }>(
  'find_runs_ahead',
  `select flow_run_id from millrace.schedule_fire
   where schedule_id = any($1::uuid[]) and fire_at > $2 and status = 'scheduled' and flow_run_id is not null`,
);

// Not by the ledger, which goes back for as long as it is kept.
const findDue = statement<{ id: string }>(
  'find_runs_due',
  `select r.id from millrace.schedule s
   join millrace.flow_run r on r.deployment_id = s.deployment_id and r.schedule_id = s.id
   where s.id = any($1::uuid[]) and r.scheduled_time is not null and r.run_count = 0 and r.expected_start_time <= $2`,
);

const findBehind = statement<{ id: string }>(
  'find_schedules_behind',
  'select id from millrace.schedule where id = any($1::uuid[]) and active and watermark < $2',
);

const deleteFires = statement(
  'delete_schedule_fires',
  'delete from millrace.schedule_fire where schedule_id = any($1::uuid[]) and fire_at > $2 and flow_run_id = any($3::uuid[])',
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
  if (gone.length) await executor.run(deleteFires, [scheduleIds, toInstant(now), gone]);
  await executor.run(resetWatermarks, [scheduleIds, toInstant(now)]);
  return gone;
}

/**
 * Enters what has come of schedules and nobody has looked at yet, as they are before they are changed: afterwards nothing
 * would tell of it. Gives the wake-ups to publish. The schedules must be locked.
 */
export async function settleSchedules(
  executor: Executor,
  scheduleIds: readonly string[],
  context: MaterialiseContext,
): Promise<Signal[]> {
  const signals: Signal[] = [];
  if (scheduleIds.length === 0) return signals;
  const behind = await executor.run(findBehind, [scheduleIds, toInstant(context.now)]);
  let ids: readonly string[] = behind.map((schedule) => schedule.id);
  while (ids.length > 0) {
    const made = await materialiseFires(executor, ids, context);
    signals.push(...made.signals);
    ids = made.unfinished;
  }
  return signals;
}

/** Skips the runs of schedules that are due and that nobody has taken yet: the schedules have been paused. */
export async function skipDueRuns(
  executor: Executor,
  scheduleIds: readonly string[],
  context: ChangeContext,
): Promise<Signal[]> {
  if (scheduleIds.length === 0) return [];
  const due = await executor.run(findDue, [scheduleIds, toInstant(context.now)]);
  const ids = due.map((run) => run.id);
  return skipWaitingFlowRuns(executor, { ids, reason: 'paused' }, context);
}
