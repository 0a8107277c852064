import { ScheduleError } from '@millrace/schedules';
import type { Executor } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { createFlowRuns, type FlowRunToCreate } from '../transitions/create-flow-runs.ts';
import { insertFires } from './insert-fires.ts';
import { type FirePlan, planFires } from './plan-fires.ts';
import { readSchedulesToFire, type ScheduleToFire } from './read-schedules.ts';
import { randomRunName } from './run-name.ts';
import { type ScheduleProgress, writeScheduleProgress } from './write-schedule-progress.ts';

const HOUR_MS = 3_600_000;
// Bounds the size of one statement: every run carries its parameters.
const mostRunsPerStatement = 2_000;

export interface MaterialiseContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
}

/**
 * Makes the runs of schedules that are to come, so that enough are ahead, and those that were missed. Each fire is made
 * once, whoever else does the same. A schedule that can't fire gets its error and is looked at again in an hour; one
 * that is switched off is not looked at any more. The schedules must be locked by this transaction.
 */
export async function materialiseFires(
  executor: Executor,
  scheduleIds: readonly string[],
  context: MaterialiseContext,
): Promise<{ count: number; signals: Signal[] }> {
  if (scheduleIds.length === 0) return { count: 0, signals: [] };
  const plan = planOnce(context.now);
  const runs: FlowRunToCreate[] = [];
  const progress: ScheduleProgress[] = [];
  for (const schedule of await readSchedulesToFire(executor, scheduleIds)) {
    const { id, watermark } = schedule;
    if (!schedule.active) {
      progress.push({ id, watermark, topUpAt: null, error: null });
      continue;
    }
    const planned = plan(schedule);
    if (planned instanceof ScheduleError) {
      progress.push({ id, watermark, topUpAt: context.now + HOUR_MS, error: planned.message });
      continue;
    }
    for (const fire of planned.fires) runs.push(runOf(schedule, fire, context.newId()));
    progress.push({ id, watermark: planned.watermark, topUpAt: planned.topUpAt, error: null });
  }
  const made = await makeRuns(executor, runs, context);
  await writeScheduleProgress(executor, progress);
  return made;
}

/** Plans each distinct schedule once: thousands of deployments often share a handful. */
function planOnce(now: number): (schedule: ScheduleToFire) => FirePlan | ScheduleError {
  const plans = new Map<string, FirePlan | ScheduleError>();
  return ({ spec, timezone, watermark }) => {
    const key = JSON.stringify([spec.kind, spec.intervalMs, spec.anchorMs, timezone, watermark]);
    let plan = plans.get(key);
    if (plan === undefined) {
      try {
        plan = planFires({ spec, timezone }, watermark, now);
      } catch (error) {
        if (!(error instanceof ScheduleError)) throw error;
        plan = error;
      }
      plans.set(key, plan);
    }
    return plan;
  };
}

function runOf(schedule: ScheduleToFire, fire: number, id: string): FlowRunToCreate {
  return {
    id,
    name: randomRunName(),
    flowId: schedule.flow_id,
    deploymentId: schedule.deployment_id,
    deploymentVersion: schedule.version,
    scheduleId: schedule.id,
    autoScheduled: true,
    parameters: schedule.parameters,
    tags: [...new Set(['auto-scheduled', ...schedule.tags])],
    flowRunnerType: schedule.flow_runner_type,
    flowRunnerConfig: schedule.flow_runner_config,
    priority: schedule.priority,
    maxRetries: schedule.max_retries,
    retryDelaysMs: schedule.retry_delays_ms,
    idempotencyKey: null,
    scheduledTime: fire,
    parentFlowRunId: null,
    message: `scheduled by "${schedule.slug}"`,
  };
}

async function makeRuns(executor: Executor, runs: readonly FlowRunToCreate[], context: MaterialiseContext) {
  const signals: Signal[] = [];
  let count = 0;
  for (let from = 0; from < runs.length; from += mostRunsPerStatement) {
    const batch = runs.slice(from, from + mostRunsPerStatement);
    const fires = batch.map((run) => ({
      scheduleId: run.scheduleId ?? '',
      fireAt: run.scheduledTime,
      flowRunId: run.id,
    }));
    const due = await insertFires(executor, fires);
    const created = await createFlowRuns(
      executor,
      batch.filter((run) => due.has(run.id)),
      context,
    );
    count += created.createdIds.length;
    signals.push(...created.signals);
  }
  return { count, signals };
}
