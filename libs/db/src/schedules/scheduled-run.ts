import { jitterOf } from '@millrace/schedules';
import type { ScheduledFlowRun } from '../transitions/create-scheduled-flow-runs.ts';
import { takenWithinMs } from './plan-fires.ts';
import type { ScheduleToFire } from './read-schedules.ts';
import { randomRunName } from './run-name.ts';

/**
 * The run of a fire.
 *
 * @param isAskedFor whether somebody asked for it: then it is held to no time, however late it is
 */
export function scheduledFlowRun(
  { id: scheduleId, options }: Pick<ScheduleToFire, 'id' | 'options'>,
  fire: number,
  { id, isAskedFor = false }: { readonly id: string; readonly isAskedFor?: boolean },
): ScheduledFlowRun {
  const scheduledTime = fire + jitterOf(scheduleId, fire, options.jitterMs ?? 0);
  const goodFor = Math.min(
    options.catchUp === 'none' ? takenWithinMs : Number.POSITIVE_INFINITY,
    options.expireAfterMs ?? Number.POSITIVE_INFINITY,
  );
  return {
    ...{ id, scheduleId, scheduledTime, isAskedFor },
    name: randomRunName(),
    expectedStartTime: fire,
    startBefore: isAskedFor || goodFor === Number.POSITIVE_INFINITY ? null : scheduledTime + goodFor,
  };
}
