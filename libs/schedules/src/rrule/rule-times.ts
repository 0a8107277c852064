import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../calendar.ts';
import type { Cursor, WallTimes } from '../wall-times.ts';
import { datePeriods } from './date-periods.ts';
import type { FullRule } from './full-rule.ts';
import { momentPeriods } from './moment-periods.ts';
import { ruleDays } from './rule-days.ts';
import type { RulePeriods } from './rule-periods.ts';
import { type TimeGrid, timeGrid } from './time-grid.ts';

/** A rule's wall times, without an end but that of the year 9999. */
export interface RuleTimes extends WallTimes {
  /** The last one of the first `count`, or of all if they are fewer. */
  lastOf(count: number): number;
}

export function ruleTimes(rule: FullRule): RuleTimes {
  const grid = timeGrid(rule);
  if (picksNothing(rule, grid))
    return { from: () => () => Number.POSITIVE_INFINITY, lastOf: () => Number.NEGATIVE_INFINITY };
  const periods = periodsOf(rule);
  const open = (period: number) => openPeriod(period, { rule, periods, grid });
  return {
    from: (wall) => readFrom(Math.max(wall, rule.start), periods, open),
    lastOf(count) {
      let left = count;
      let last = Number.NEGATIVE_INFINITY;
      for (
        let period = periods.next(periods.at(rule.start));
        Number.isFinite(period);
        period = periods.next(period + 1)
      ) {
        const times = open(period);
        const before = firstAtOrAfter(times, rule.start);
        const here = Math.min(times.size - before, left);
        if (here > 0) last = times.at(before + here - 1);
        left -= here;
        if (left === 0) break;
      }
      return last;
    },
  };
}

function periodsOf(rule: FullRule): RulePeriods {
  const days = ruleDays(rule);
  if (rule.frequency === 'HOURLY') return momentPeriods({ rule, days, unit: HOUR_MS });
  if (rule.frequency === 'MINUTELY') return momentPeriods({ rule, days, unit: MINUTE_MS });
  if (rule.frequency === 'SECONDLY') return momentPeriods({ rule, days, unit: SECOND_MS });
  return datePeriods(rule, days);
}

/**
 * Whether no period can have any of the places that a rule picks; without this, the search for one that has would go to
 * the end of time.
 */
function picksNothing({ frequency, positions, weekdays, monthDays }: FullRule, grid: TimeGrid): boolean {
  if (positions.length === 0) return false;
  const days = {
    YEARLY: 366,
    MONTHLY: monthDays.length || 31,
    WEEKLY: weekdays.length,
    DAILY: 1,
    HOURLY: 1,
    MINUTELY: 1,
    SECONDLY: 1,
  };
  return positions.every((position) => Math.abs(position) > days[frequency] * grid.size);
}

/** The wall times of one period, in order. */
interface PeriodTimes {
  readonly size: number;
  at(index: number): number;
}

interface Opening {
  readonly rule: FullRule;
  readonly periods: RulePeriods;
  readonly grid: TimeGrid;
}

function openPeriod(period: number, { rule, periods, grid }: Opening): PeriodTimes {
  const bases = periods.bases(period);
  const size = bases.length * grid.size;
  const at = (index: number) => (bases[Math.floor(index / grid.size)] ?? 0) + grid.at(index % grid.size);
  if (rule.positions.length === 0) return { size, at };
  const picked = rule.positions
    .map((position) => (position > 0 ? position - 1 : size + position))
    .filter((index) => index >= 0 && index < size);
  const indices = [...new Set(picked)].sort((a, b) => a - b);
  return { size: indices.length, at: (index) => at(indices[index] ?? 0) };
}

function readFrom(wall: number, periods: RulePeriods, open: (period: number) => PeriodTimes): Cursor {
  let period = periods.at(wall);
  let times: PeriodTimes = { size: 0, at: () => 0 };
  let index = 0;
  const enter = (from: number) => {
    period = periods.next(from);
    if (Number.isFinite(period)) times = open(period);
    index = 0;
  };
  enter(period);
  if (Number.isFinite(period)) index = firstAtOrAfter(times, wall);
  return () => {
    while (Number.isFinite(period)) {
      if (index < times.size) return times.at(index++);
      enter(period + 1);
    }
    return Number.POSITIVE_INFINITY;
  };
}

function firstAtOrAfter({ size, at }: PeriodTimes, wall: number): number {
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(middle) < wall) low = middle + 1;
    else high = middle;
  }
  return low;
}
