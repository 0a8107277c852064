import { intervalFires } from './interval-fires.ts';
import type { FireWindow, Schedule } from './schedule.ts';

/** However many are asked for, no more come at once. */
const mostFires = 10_000;

/**
 * The fires of a schedule within a window: instants as epoch milliseconds, strictly increasing. Where a window begins
 * never changes which instants fire.
 *
 * @throws {ScheduleError} for a schedule that can't fire, whatever the window
 */
export function nextFires(schedule: Schedule, window: FireWindow): number[] {
  const limit = Math.min(Math.floor(window.limit), mostFires);
  const until = window.until ?? Number.POSITIVE_INFINITY;
  const fires: number[] = [];
  for (const fire of intervalFires(schedule.spec, schedule.timezone, window.from)) {
    if (fires.length >= limit || fire > until) break;
    fires.push(fire);
  }
  return fires;
}

/**
 * Says whether a schedule can fire.
 *
 * @throws {ScheduleError} if not
 */
export function checkSchedule(schedule: Schedule): void {
  nextFires(schedule, { from: 0, limit: 1 });
}
