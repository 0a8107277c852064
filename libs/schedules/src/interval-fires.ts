import { DAY_MS, latest } from './calendar.ts';
import type { IntervalSpec } from './schedule.ts';
import { ScheduleError } from './schedule-error.ts';
import type { Cursor, WallTimes } from './wall-times.ts';
import { farthestOffset, wallAt, type Zone } from './zone.ts';

const defaultAnchorWall = Date.UTC(2020, 0, 1);

/** Whether an interval goes by elapsed time: one of a day or more goes by the wall clock. */
export function isElapsed({ intervalMs }: IntervalSpec): boolean {
  return intervalMs < DAY_MS;
}

/** Ten years, as the contract has it. */
const longestInterval = 3650 * DAY_MS;

/** @throws {ScheduleError} for an interval that is not accepted */
export function checkInterval({ intervalMs, anchorMs }: IntervalSpec): void {
  // First, as what is far too long is no safe number either.
  if (intervalMs > longestInterval) throw new ScheduleError('interval', 'must be at most 3650 days');
  if (!Number.isSafeInteger(intervalMs) || intervalMs < 1000)
    throw new ScheduleError('interval', 'must be at least 1 second, in whole milliseconds');
  if (anchorMs !== null && !(Number.isSafeInteger(anchorMs) && Math.abs(anchorMs) <= latest))
    throw new ScheduleError('anchor', 'must be an instant in whole milliseconds');
}

/** The instants of an interval below a day: from an instant on, at each multiple of it from the anchor. */
export function elapsedFires({ intervalMs, anchorMs }: IntervalSpec, zone: Zone): (from: number) => Cursor {
  const anchor = anchorMs ?? defaultAnchorIn(zone);
  return (from) => every({ anchor, intervalMs, from, end: latest });
}

/** The wall times of an interval of a day or more. */
export function intervalTimes({ intervalMs, anchorMs }: IntervalSpec, zone: Zone): WallTimes {
  const anchor = anchorMs === null ? defaultAnchorWall : wallAt(zone, anchorMs);
  return { from: (wall) => every({ anchor, intervalMs, from: wall, end: latest + farthestOffset }) };
}

interface Steps {
  readonly anchor: number;
  readonly intervalMs: number;
  readonly from: number;
  readonly end: number;
}

function every({ anchor, intervalMs, from, end }: Steps): Cursor {
  let step = Math.ceil((from - anchor) / intervalMs);
  return () => {
    const time = anchor + step * intervalMs;
    step++;
    return time <= end ? time : Number.POSITIVE_INFINITY;
  };
}

/** When the zone's clocks first showed the beginning of 2020, which none of them left out. */
function defaultAnchorIn(zone: Zone): number {
  const before = zone.stretchAt(defaultAnchorWall - farthestOffset);
  const instant = defaultAnchorWall - before.offset;
  return instant < before.end ? instant : defaultAnchorWall - zone.stretchAt(before.end).offset;
}
