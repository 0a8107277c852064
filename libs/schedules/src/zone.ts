import { DAY_MS, latest } from './calendar.ts';
import { ScheduleError } from './schedule-error.ts';
import { zonedMoment } from './temporal.ts';

/** A stretch of time in which a zone's offset does not change: from `start`, before `end`. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
  /** What the zone's clocks show more than those in UTC, in milliseconds. */
  readonly offset: number;
}

/** A zone as its stretches, each looked up once. */
export interface Zone {
  readonly name: string;
  /** The stretch with an instant; an instant beyond all dates counts as the nearest that is a date. */
  stretchAt(instant: number): Stretch;
}

/** Hands out zones; who keeps it keeps what was looked up of them. */
export interface Zones {
  /** @throws {ScheduleError} for a zone that there is not */
  open(name: string): Zone;
}

/** No zone ever was further from UTC, its whole-day changes of date included. */
export const farthestOffset = 2 * DAY_MS;

// Two thousand years of changes; more is somebody walking to the end of time.
const mostKept = 4096;

export function openZones(): Zones {
  const opened = new Map<string, Zone>();
  return {
    open(name) {
      const key = name.toLowerCase();
      const known = opened.get(key);
      if (known) return known;
      const zone = openZone(name);
      opened.set(key, zone);
      return zone;
    },
  };
}

/** What a zone's clocks show at an instant. */
export function wallAt(zone: Zone, instant: number): number {
  return instant + zone.stretchAt(instant).offset;
}

function openZone(name: string): Zone {
  // In order of time, not each beside the next.
  const table: Stretch[] = [];
  let last = firstLook(name);
  table.push(last);
  return {
    name,
    stretchAt(instant) {
      if (instant >= last.start && instant < last.end) return last;
      const at = Math.floor(Math.min(Math.max(instant, -latest), latest));
      const index = lastStartingBy(table, at);
      const found = table[index];
      if (found && at < found.end) {
        last = found;
      } else {
        last = readStretch(name, at);
        if (table.length >= mostKept) table.length = 0;
        table.splice(Math.min(index + 1, table.length), 0, last);
      }
      return last;
    },
  };
}

function firstLook(name: string): Stretch {
  // "+02:00" is something Temporal reads too, but it is no zone: it would silently ignore summer time.
  if (/^[+-]\d/.test(name))
    throw new ScheduleError(
      'timezone',
      `"${name}" is an offset; accepted are names of zones such as "Europe/Paris", or "Etc/GMT-2", always two hours ahead of UTC`,
    );
  if (!/^[A-Za-z]/.test(name)) throw unknownZone(name);
  try {
    return readStretch(name, 0);
  } catch {
    throw unknownZone(name);
  }
}

function lastStartingBy(table: readonly Stretch[], instant: number): number {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((table[middle]?.start ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function readStretch(name: string, instant: number): Stretch {
  const here = zonedMoment(instant, name);
  const offset = here.offsetNanoseconds;
  // A transition may say that nothing changes but the name; the stretch goes on then.
  let after = here.getTimeZoneTransition('next');
  while (after && after.offsetNanoseconds === offset) after = after.getTimeZoneTransition('next');
  let start = -latest;
  let before = zonedMoment(Math.min(instant + 1, latest), name).getTimeZoneTransition('previous');
  while (before) {
    start = before.epochMilliseconds;
    if (start <= -latest || zonedMoment(start - 1, name).offsetNanoseconds !== offset) break;
    before = before.getTimeZoneTransition('previous');
    if (!before) start = -latest;
  }
  return { start, end: after ? after.epochMilliseconds : latest + 1, offset: Math.round(offset / 1e6) };
}

function unknownZone(name: string): ScheduleError {
  return new ScheduleError('timezone', `"${name}" is unknown; accepted are IANA names such as "Europe/Berlin", "UTC"`);
}
