import { type BitMask, bitMaskOf, nextIn } from '../bit-mask.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, modulo, SECOND_MS } from '../calendar.ts';
import type { FullRule } from './full-rule.ts';
import type { RuleDays } from './rule-days.ts';
import { align, type RulePeriods } from './rule-periods.ts';

/** After 400 years the calendar is the same again, weekdays included. */
const daysInCycle = 146_097;

interface Moments {
  readonly rule: FullRule;
  readonly days: RuleDays;
  /** How long a period is, in milliseconds. */
  readonly unit: number;
}

/**
 * Hours, minutes or seconds as periods. Days, hours and minutes that a rule leaves out are jumped over as a whole, so that
 * a rule by seconds for one month of the year is no search through the others.
 */
export function momentPeriods({ rule, days, unit }: Moments): RulePeriods {
  const { interval } = rule;
  const start = Math.floor(rule.start / unit);
  const masks = masksOf(rule, unit);
  if (!meetsItsTimes({ rule, days, unit }, masks))
    return { at: () => start, next: () => Number.POSITIVE_INFINITY, bases: () => [] };
  return {
    at: (wall) => Math.floor(wall / unit),
    next(period) {
      let aligned = align(period, start, interval);
      for (;;) {
        const wall = aligned * unit;
        const allowed = firstAllowed(wall, days, masks);
        if (allowed === wall) return aligned;
        if (allowed === Number.POSITIVE_INFINITY) return allowed;
        aligned = align(Math.ceil(allowed / unit), start, interval);
      }
    },
    bases: (period) => [period * unit],
  };
}

interface TimeMasks {
  readonly hour: BitMask;
  readonly minute: BitMask;
  readonly second: BitMask;
}

/** What restricts the beginning of a period; what is finer than it is the grid's. */
function masksOf({ hours, minutes, seconds }: FullRule, unit: number): TimeMasks {
  const mask = (list: readonly number[], field: number, count: number) =>
    unit > field
      ? bitMaskOf([0])
      : bitMaskOf(list.length > 0 ? list : Array.from({ length: count }, (_, value) => value));
  return { hour: mask(hours, HOUR_MS, 24), minute: mask(minutes, MINUTE_MS, 60), second: mask(seconds, SECOND_MS, 60) };
}

/** The first whole second at or after a wall time that no list of the rule leaves out. */
function firstAllowed(wall: number, days: RuleDays, { hour, minute, second }: TimeMasks): number {
  const day = Math.floor(wall / DAY_MS);
  const found = days.next(day);
  if (found !== day) return found * DAY_MS;
  const ofDay = wall - day * DAY_MS;
  const h = Math.floor(ofDay / HOUR_MS);
  const nextHour = nextIn(hour, h);
  if (nextHour < 0) return days.next(day + 1) * DAY_MS;
  if (nextHour !== h) return day * DAY_MS + nextHour * HOUR_MS;
  const m = Math.floor(ofDay / MINUTE_MS) % 60;
  const nextMinute = nextIn(minute, m);
  const hourWall = day * DAY_MS + h * HOUR_MS;
  if (nextMinute < 0) return hourWall + HOUR_MS;
  if (nextMinute !== m) return hourWall + nextMinute * MINUTE_MS;
  const s = Math.floor(ofDay / SECOND_MS) % 60;
  const nextSecond = nextIn(second, s);
  const minuteWall = hourWall + m * MINUTE_MS;
  return nextSecond < 0 ? minuteWall + MINUTE_MS : minuteWall + nextSecond * SECOND_MS;
}

/**
 * Whether the steps of a rule ever meet a time of day, on a day, that it names: each 60 seconds from second 0 never meet
 * second 30, and each 7 hours may meet an hour on some weekdays alone. Without this, the search would go to the end of time.
 *
 * A step `n` is on day `d` at time `t` if `n = d * ofDay + t`, and `n - start` is a multiple of the interval. So `start - t`
 * must be a multiple of what the interval and the day have in common; and what is left must fit a day that matches, of
 * which only the place in the calendar's cycle is known.
 */
function meetsItsTimes({ rule, days, unit }: Moments, { hour, minute, second }: TimeMasks): boolean {
  const ofDay = DAY_MS / unit;
  const start = Math.floor(rule.start / unit);
  const common = greatestCommonDivisor(rule.interval, ofDay);
  const cycle = greatestCommonDivisor(rule.interval / common, daysInCycle);
  const reached = new Uint8Array(cycle);
  const first = Math.floor(rule.start / DAY_MS);
  // A cycle of one day is met by any day.
  const until = cycle === 1 ? first + 1 : first + daysInCycle;
  for (let day = cycle === 1 ? first : days.next(first); day < until; day = days.next(day + 1))
    reached[modulo(modulo(day, cycle) * (ofDay / common), cycle)] = 1;
  for (let h = nextIn(hour, 0); h >= 0; h = nextIn(hour, h + 1))
    for (let m = nextIn(minute, 0); m >= 0; m = nextIn(minute, m + 1))
      for (let s = nextIn(second, 0); s >= 0; s = nextIn(second, s + 1)) {
        const away = start - (h * HOUR_MS + m * MINUTE_MS + s * SECOND_MS) / unit;
        if (away % common === 0 && reached[modulo(away / common, cycle)]) return true;
      }
  return false;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
