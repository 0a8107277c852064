import { ScheduleError } from '@millrace/schedules';
import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import {
  createScheduledFlowRuns,
  type ScheduledFlowRun,
  type ScheduledFlowRunContext,
} from '../transitions/create-scheduled-flow-runs.ts';
import { FirePlanner } from './fire-planner.ts';
import { insertSkippedFires, type SkippedFire } from './insert-skipped-fires.ts';
import { readSchedulesToFire } from './read-schedules.ts';
import { scheduledFlowRun } from './scheduled-run.ts';
import { type ScheduleProgress, writeScheduleProgress } from './write-schedule-progress.ts';

const HOUR_MS = 3_600_000;
// Bound what one transaction enters in the ledger; what is left out is due at once.
const mostMissedPerSchedule = 10_000;
const fewestMissedPerSchedule = 200;
const mostMissedPerTransaction = 20_000;

export type MaterialiseContext = Omit<ScheduledFlowRunContext, 'reviveSkipped'>;

/** What was made of schedules. */
export interface Materialised {
  /** How many runs were made. */
  readonly count: number;
  readonly signals: readonly Signal[];
  /** Schedules of which more was missed than one transaction should enter. */
  readonly unfinished: readonly string[];
}

/**
 * Makes the runs of schedules that are to come, so that enough are ahead, and those that were missed and are to be made
 * good; what was missed besides is entered in the ledger. Each fire is made once, whoever else does the same. A schedule
 * that can't fire gets its error and is looked at again in an hour; one that is switched off is not looked at any more.
 * The schedules must be locked by this transaction.
 */
export async function materialiseFires(
  executor: Executor,
  scheduleIds: readonly string[],
  context: MaterialiseContext,
): Promise<Materialised> {
  if (scheduleIds.length === 0) return { count: 0, signals: [], unfinished: [] };
  const planner = new FirePlanner(context.now);
  const runs: ScheduledFlowRun[] = [];
  const skipped: SkippedFire[] = [];
  const progress: ScheduleProgress[] = [];
  const unfinished: string[] = [];
  for (const schedule of await readSchedulesToFire(executor, scheduleIds)) {
    const { id, watermark } = schedule;
    if (!schedule.active) {
      progress.push({ id, watermark, topUpAt: null, error: null });
      continue;
    }
    const room = Math.max(fewestMissedPerSchedule, mostMissedPerTransaction - skipped.length);
    const planned = planner.plan(schedule, Math.min(mostMissedPerSchedule, room));
    if (planned instanceof ScheduleError) {
      progress.push({ id, watermark, topUpAt: context.now + HOUR_MS, error: planned.message });
      continue;
    }
    for (const fire of [...planned.made, ...planned.ahead])
      runs.push(scheduledFlowRun(schedule, fire, { id: context.newId() }));
    for (const { at, reason } of planned.skipped) skipped.push({ scheduleId: id, fireAt: at, reason });
    if (planned.upTo !== null) unfinished.push(id);
    progress.push({ id, watermark: planned.watermark, topUpAt: planned.topUpAt, error: null });
  }
  await insertSkippedFires(executor, skipped);
  const { ids, signals } = await createScheduledFlowRuns(executor, runs, context);
  await writeScheduleProgress(executor, progress);
  return { count: ids.length, signals, unfinished };
}
