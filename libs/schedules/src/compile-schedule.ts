import { latest } from './calendar.ts';
import { cronTimes } from './cron/cron-times.ts';
import { parseCron } from './cron/parse-cron.ts';
import { checkInterval, elapsedFires, intervalTimes, isElapsed } from './interval-fires.ts';
import { resolveWallTimes, type ZonedTimes } from './resolve-wall-times.ts';
import { compileRRule } from './rrule/compile-rrule.ts';
import type { Schedule } from './schedule.ts';
import type { Cursor, WallTimes } from './wall-times.ts';
import { openZones, type Zone, type Zones } from './zone.ts';

/** A schedule that has been read, ready to be asked for its fires any number of times. */
export interface CompiledSchedule {
  readonly schedule: Schedule;
  readonly zone: Zone;
  /** What it is in wall times; null for an interval below a day, which has none. */
  readonly zoned: ZonedTimes | null;
  /** Its fires at or after an instant, one at each call, strictly increasing; `Infinity` once there are no more. */
  fires(from: number): Cursor;
}

/**
 * Reads a schedule.
 *
 * @param zones what is known of zones; pass one that is kept where many schedules are read
 * @throws {ScheduleError} for a schedule that can't fire, whatever the window
 */
export function compileSchedule(schedule: Schedule, zones: Zones = openZones()): CompiledSchedule {
  const { spec } = schedule;
  if (spec.kind === 'interval') checkInterval(spec);
  const zone = zones.open(schedule.timezone);
  if (spec.kind === 'interval' && isElapsed(spec))
    return { schedule, zone, zoned: null, fires: clamped(elapsedFires(spec, zone)) };
  const { times, isThroughTheDay } = readTimes(schedule, zone);
  const { dstGap = 'auto', dstFold = 'auto' } = schedule;
  const zoned: ZonedTimes = {
    times,
    zone,
    gap: dstGap === 'auto' ? (isThroughTheDay ? 'skip' : 'next-valid') : dstGap,
    fold: dstFold === 'auto' ? (isThroughTheDay ? 'both' : 'first') : dstFold,
  };
  return { schedule, zone, zoned, fires: clamped((from) => resolveWallTimes(zoned, from)) };
}

function readTimes({ spec }: Schedule, zone: Zone): { times: WallTimes; isThroughTheDay: boolean } {
  if (spec.kind === 'interval') return { times: intervalTimes(spec, zone), isThroughTheDay: false };
  if (spec.kind === 'rrule') return compileRRule(spec.rrule, zone);
  const cron = parseCron(spec.cron);
  return { times: cronTimes(cron, spec.dayOr), isThroughTheDay: cron.isThroughTheDay };
}

/** With the beginning of a window brought among the instants that are dates. */
function clamped(fires: (from: number) => Cursor): (from: number) => Cursor {
  return (from) => {
    const start = Math.ceil(Math.max(from, -latest));
    return start <= latest ? fires(start) : () => Number.POSITIVE_INFINITY;
  };
}
