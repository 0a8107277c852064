import { ScheduleError } from '../schedule-error.ts';
import type { Cursor, WallTimes } from '../wall-times.ts';
import { wallAt, type Zone } from '../zone.ts';
import { fillRule } from './full-rule.ts';
import { parseRRule } from './parse-rrule.ts';
import { isAtLeast, type WrittenTime } from './recurrence.ts';
import { ruleTimes } from './rule-times.ts';

const defaultStart = Date.UTC(2020, 0, 1);

/** A recurrence that has been read. */
export interface CompiledRRule {
  readonly times: WallTimes;
  /** Whether it repeats hourly or more often. */
  readonly isThroughTheDay: boolean;
}

/**
 * Reads a recurrence of RFC 5545, with the zone's clocks for what is written in UTC.
 *
 * @throws {ScheduleError} for one that can't be read, or never fires
 */
export function compileRRule(text: string, zone: Zone): CompiledRRule {
  const { rule, start, excluded, added } = parseRRule(text, zone.name);
  const wallOf = ({ wall, isUtc }: WrittenTime) => (isUtc ? wallAt(zone, wall) : wall);
  const unbounded = ruleTimes(fillRule(rule, start ? wallOf(start) : defaultStart));
  const last = rule.count === null ? Number.POSITIVE_INFINITY : unbounded.lastOf(rule.count);
  const times = combine({
    rule: unbounded,
    last: rule.until ? wallOf(rule.until) : last,
    added: [...new Set(added.map(wallOf))].sort((a, b) => a - b),
    excluded: new Set(excluded.map(wallOf)),
  });
  if (!Number.isFinite(times.from(Number.NEGATIVE_INFINITY)()))
    throw new ScheduleError('rrule', 'never fires: no time from its start on matches all of its parts');
  return { times, isThroughTheDay: isAtLeast(rule.frequency, 'HOURLY') };
}

interface Combination {
  readonly rule: WallTimes;
  /** Nothing of the rule comes after it. */
  readonly last: number;
  /** In order. */
  readonly added: readonly number[];
  readonly excluded: ReadonlySet<number>;
}

function combine(combination: Combination): WallTimes {
  return { from: (wall) => readCombined(combination, wall) };
}

function readCombined({ rule, last, added, excluded }: Combination, from: number): Cursor {
  const read = rule.from(from);
  const readRule = () => {
    const wall = read();
    return wall <= last ? wall : Number.POSITIVE_INFINITY;
  };
  let ofRule = readRule();
  let index = added.findIndex((wall) => wall >= from);
  if (index < 0) index = added.length;
  return () => {
    for (;;) {
      const addition = added[index] ?? Number.POSITIVE_INFINITY;
      const wall = Math.min(ofRule, addition);
      if (wall === Number.POSITIVE_INFINITY) return wall;
      if (addition === wall) index++;
      if (ofRule === wall) ofRule = readRule();
      if (!excluded.has(wall)) return wall;
    }
  };
}
