import type { IntervalSpec } from './schedule.ts';
import { ScheduleError } from './schedule-error.ts';
import { openZone } from './zone.ts';

const DAY_MS = 86_400_000;
const latest = 8.64e15;
const defaultAnchorWall = Date.UTC(2020, 0, 1);

/** The instants at which an interval fires, from an instant on, in order, as long as they can be written as a date. */
export function* intervalFires(spec: IntervalSpec, timezone: string, from: number): Generator<number> {
  check(spec);
  const { intervalMs, anchorMs } = spec;
  const zone = openZone(timezone);
  const first = anchorMs ?? zone.instantOf(defaultAnchorWall);
  if (intervalMs < DAY_MS) {
    for (let n = Math.ceil((from - first) / intervalMs); ; n++) {
      const fire = first + n * intervalMs;
      if (fire > latest) return;
      if (fire >= from) yield fire;
    }
  }
  const anchorWall = anchorMs === null ? defaultAnchorWall : zone.wallAt(anchorMs);
  let previous = Number.NEGATIVE_INFINITY;
  // Two steps back: between the wall clock at `from` and the one wanted there may be a gap or a fold.
  for (let n = Math.floor((zone.wallAt(from) - anchorWall) / intervalMs) - 2; ; n++) {
    const wall = anchorWall + n * intervalMs;
    if (wall > latest) return;
    const fire = zone.instantOf(wall);
    // Where a zone skipped a whole day, two wall-clock times lead to the same instant.
    if (fire >= from && fire > previous) yield fire;
    previous = fire;
  }
}

function check({ intervalMs, anchorMs }: IntervalSpec): void {
  if (!Number.isSafeInteger(intervalMs) || intervalMs < 1000)
    throw new ScheduleError('interval', 'must be at least 1 second, in whole milliseconds');
  if (anchorMs !== null && !(Number.isSafeInteger(anchorMs) && Math.abs(anchorMs) <= latest))
    throw new ScheduleError('anchor', 'must be an instant in whole milliseconds');
}
