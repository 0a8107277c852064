/// <reference lib="esnext.temporal" />
import { ScheduleError } from './schedule-error.ts';

/**
 * A zone's wall clock. Wall-clock times are written as the epoch milliseconds that a clock in UTC showing the same would
 * have, so that their arithmetic is plain addition.
 */
export interface Zone {
  /** What the zone's clocks show at an instant. */
  wallAt(instant: number): number;
  /** The first instant at which the zone's clocks show this, or that follows the gap in which they never do. */
  instantOf(wall: number): number;
}

/** A stretch of time in which the zone's offset does not change: from `start`, before `end`. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
}

const earliest = -8.64e15;
const latest = 8.64e15;
const DAY_MS = 86_400_000;
// No zone ever was further from UTC, its whole-day changes of date included.
const farthestOffset = 2 * DAY_MS;

/**
 * @param timezone an IANA name
 * @throws {ScheduleError} for a zone that there is not
 */
export function openZone(timezone: string): Zone {
  // "+02:00" is something Temporal reads too, but it is no zone: it would silently ignore summer time.
  if (!/^[A-Za-z]/.test(timezone)) throw unknownZone(timezone);
  const zoned = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
  const stretchAt = (instant: number): Stretch => {
    const here = zoned(instant);
    // A transition may say that nothing changes but the name; that is a boundary like any other.
    const end = here.getTimeZoneTransition('next')?.epochMilliseconds ?? latest;
    const next = zoned(Math.min(instant + 1, latest));
    const start = next.getTimeZoneTransition('previous')?.epochMilliseconds ?? earliest;
    return { start, end, offset: Math.round(here.offsetNanoseconds / 1e6) };
  };

  // Fires come in order, so the last stretch nearly always holds the next one.
  let last: Stretch;
  try {
    last = stretchAt(0);
  } catch {
    throw unknownZone(timezone);
  }
  const at = (instant: number): Stretch => {
    const clamped = Math.floor(Math.min(Math.max(instant, earliest), latest));
    if (clamped < last.start || clamped >= last.end) last = stretchAt(clamped);
    return last;
  };

  return {
    wallAt: (instant) => instant + at(instant).offset,
    instantOf(wall) {
      const fast = wall - last.offset;
      // Well within the stretch no other one can show this wall time.
      if (fast - farthestOffset >= last.start && fast + farthestOffset < last.end) return fast;
      let stretch = at(wall - farthestOffset);
      while (wall - stretch.offset >= stretch.end && stretch.end < latest) stretch = at(stretch.end);
      return Math.max(wall - stretch.offset, stretch.start);
    },
  };
}

function unknownZone(timezone: string): ScheduleError {
  return new ScheduleError(
    'timezone',
    `"${timezone}" is unknown; accepted are IANA names such as "Europe/Berlin", "UTC"`,
  );
}
