import { latest } from './calendar.ts';
import type { DstFold, DstGap } from './schedule.ts';
import type { Cursor, WallTimes } from './wall-times.ts';
import { farthestOffset, type Stretch, type Zone } from './zone.ts';

/** Wall times in a zone, and what becomes of those that its clocks leave out or show twice. */
export interface ZonedTimes {
  readonly times: WallTimes;
  readonly zone: Zone;
  readonly gap: Exclude<DstGap, 'auto'>;
  readonly fold: Exclude<DstFold, 'auto'>;
}

/** Wall times of a stretch that do not fire in it: from `start`, before `end`. */
interface Hidden {
  readonly start: number;
  readonly end: number;
}

const nothingHidden: Hidden = { start: 0, end: 0 };

/**
 * The instants of wall times, from an instant on. It walks the zone stretch by stretch, and what fires in a stretch
 * depends on that one and its neighbours alone; so wherever it begins, the same fires follow.
 */
export function resolveWallTimes(zoned: ZonedTimes, from: number): Cursor {
  const { times, zone, gap } = zoned;
  // At a change of the clocks it begins just before it, so that what the change leaves out is seen.
  let stretch = zone.stretchAt(from - 1);
  let hidden = hiddenIn(stretch, zoned);
  // After `seen`, the last one that was looked at, there is none before `wall`.
  let seen = from + stretch.offset;
  let read = times.from(seen);
  let wall = read();
  let previous = Number.NEGATIVE_INFINITY;

  const restart = (at: number) => {
    seen = at;
    read = times.from(at);
    wall = read();
  };
  /** Goes on to the next stretch; says whether its first instant stands for a wall time that was left out. */
  const enterNext = (): boolean => {
    const { end, offset } = stretch;
    const farOff = wall - 2 * farthestOffset > end && seen + 2 * farthestOffset < end;
    // No stretch before the one that may show the next wall time has anything to show.
    stretch = zone.stretchAt(farOff ? wall - farthestOffset : end);
    hidden = hiddenIn(stretch, zoned);
    if (farOff) return false;
    const shownFrom = stretch.start + stretch.offset;
    const isLeftOut = stretch.offset > offset && wall < shownFrom;
    if (isLeftOut || stretch.offset < offset) restart(shownFrom);
    return isLeftOut && gap === 'next-valid';
  };

  return () => {
    for (;;) {
      const shownUntil = stretch.end + stretch.offset;
      while (wall < shownUntil) {
        const instant = wall - stretch.offset;
        const isHidden = wall < hidden.end && wall >= hidden.start;
        seen = wall;
        wall = read();
        if (isHidden || instant <= previous) continue;
        previous = instant;
        return instant <= latest ? instant : Number.POSITIVE_INFINITY;
      }
      if (stretch.end > latest) return Number.POSITIVE_INFINITY;
      if (enterNext()) {
        previous = stretch.start;
        return previous;
      }
    }
  };
}

/** Of wall times that neighbours show too, those that fire there. */
function hiddenIn(stretch: Stretch, { zone, fold }: ZonedTimes): Hidden {
  if (fold === 'both') return nothingHidden;
  if (fold === 'first' ? stretch.start <= -latest : stretch.end > latest) return nothingHidden;
  const neighbour = zone.stretchAt(fold === 'first' ? stretch.start - 1 : stretch.end);
  return { start: neighbour.start + neighbour.offset, end: neighbour.end + neighbour.offset };
}
