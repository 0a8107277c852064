import { jitterOf } from '@millrace/schedules';
import type { FlowRunToCreate } from '../transitions/create-flow-runs.ts';
import type { ScheduledFlowRun } from '../transitions/create-scheduled-flow-runs.ts';
import { takenWithinMs } from './plan-fires.ts';
import type { ScheduleToFire } from './read-schedules.ts';
import { randomRunName } from './run-name.ts';

/** A run that a schedule makes. */
export interface ScheduledRun extends FlowRunToCreate {
  readonly scheduleId: string;
  readonly expectedStartTime: number;
}

/** What is a fire's own of its run. */
export function scheduledFlowRun(
  { id: scheduleId, options }: Pick<ScheduleToFire, 'id' | 'options'>,
  fire: number,
  id: string,
): ScheduledFlowRun {
  const scheduledTime = fire + jitterOf(scheduleId, fire, options.jitterMs ?? 0);
  const goodFor = Math.min(
    options.catchUp === 'none' ? takenWithinMs : Number.POSITIVE_INFINITY,
    options.expireAfterMs ?? Number.POSITIVE_INFINITY,
  );
  return {
    ...{ id, scheduleId, scheduledTime },
    name: randomRunName(),
    expectedStartTime: fire,
    startBefore: goodFor === Number.POSITIVE_INFINITY ? null : scheduledTime + goodFor,
  };
}

/**
 * The run of a fire.
 *
 * @param isAskedFor whether somebody asked for it: then it is held to no time, however late it is
 */
export function scheduledRun(
  schedule: ScheduleToFire,
  fire: number,
  { id, isAskedFor = false }: { readonly id: string; readonly isAskedFor?: boolean },
): ScheduledRun {
  const { options } = schedule;
  const { startBefore, ...own } = scheduledFlowRun(schedule, fire, id);
  return {
    ...own,
    flowId: schedule.flow_id,
    deploymentId: schedule.deployment_id,
    deploymentVersion: schedule.version,
    autoScheduled: true,
    parameters: schedule.parameters,
    tags: [...new Set(['auto-scheduled', ...schedule.tags])],
    flowRunnerType: schedule.flow_runner_type,
    flowRunnerConfig: schedule.flow_runner_config,
    priority: schedule.priority,
    maxRetries: schedule.max_retries,
    retryDelaysMs: schedule.retry_delays_ms,
    idempotencyKey: null,
    heldTo: {
      overlap: options.overlap ?? null,
      catchUp: isAskedFor ? null : (options.catchUp ?? null),
      startBefore: isAskedFor ? null : startBefore,
    },
    parentFlowRunId: null,
    message: `scheduled by "${schedule.slug}"`,
  };
}
