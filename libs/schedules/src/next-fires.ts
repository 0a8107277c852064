import { latest } from './calendar.ts';
import { type CompiledSchedule, compileSchedule } from './compile-schedule.ts';
import type { FireWindow, Schedule } from './schedule.ts';

/** However many are asked for, no more come at once. */
const mostFires = 10_000;

/**
 * The fires of a schedule within a window: instants as epoch milliseconds, strictly increasing. Where a window begins
 * never changes which instants fire. Pass a compiled schedule where the same one is asked again.
 *
 * @throws {ScheduleError} for a schedule that can't fire, whatever the window
 */
export function nextFires(schedule: Schedule | CompiledSchedule, window: FireWindow): number[] {
  const compiled = 'fires' in schedule ? schedule : compileSchedule(schedule);
  const limit = Math.min(Math.floor(window.limit), mostFires);
  const until = Math.min(window.until ?? latest, latest);
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
