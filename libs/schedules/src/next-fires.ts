import { type CompiledSchedule, compileSchedule } from './compile-schedule.ts';
import type { FireWindow, Schedule } from './schedule.ts';

/** However many are asked for, no more come at once. */
const mostFires = 10_000;

/** The last instant that RFC 3339, and so the contract, can write: no schedule fires after the year 9999. */
const lastFire = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The fires of a schedule within a window: instants as epoch milliseconds, strictly increasing, none after the year 9999.
 * Where a window begins never changes which instants fire. Pass a compiled schedule where the same one is asked again.
 *
 * @throws {ScheduleError} for a schedule that can't fire, whatever the window
 */
export function nextFires(schedule: Schedule | CompiledSchedule, window: FireWindow): number[] {
  const compiled = 'fires' in schedule ? schedule : compileSchedule(schedule);
  const limit = Math.min(Math.floor(window.limit), mostFires);
  const until = Math.min(window.until ?? lastFire, lastFire);
  const fires: number[] = [];
  if (!(limit > 0) || !(window.from <= until)) return fires;
  const next = compiled.fires(window.from);
  for (let fire = next(); fire <= until; fire = next()) {
    fires.push(fire);
    if (fires.length >= limit) break;
  }
  return fires;
}

/**
 * Says whether a schedule can fire.
 *
 * @throws {ScheduleError} if not
 */
export function checkSchedule(schedule: Schedule): void {
  compileSchedule(schedule);
}
