import { DAY_MS, dateOf, dayNumber, modulo, yearOf } from '../calendar.ts';
import type { FullRule } from './full-rule.ts';
import type { RuleDays } from './rule-days.ts';
import { align, type RulePeriods } from './rule-periods.ts';

/** How days fall into periods. */
interface DayPeriods {
  of(day: number): number;
  firstDay(period: number): number;
}

/** Days, weeks, months or years as periods; their bases are the midnights of the days that match. */
export function datePeriods(rule: FullRule, days: RuleDays): RulePeriods {
  const periods = dayPeriods(rule);
  const start = periods.of(Math.floor(rule.start / DAY_MS));
  return {
    at: (wall) => periods.of(Math.floor(wall / DAY_MS)),
    next(period) {
      let aligned = align(period, start, rule.interval);
      for (;;) {
        const day = days.next(periods.firstDay(aligned));
        if (day === Number.POSITIVE_INFINITY) return day;
        const found = periods.of(day);
        if (found === aligned) return aligned;
        aligned = align(found, start, rule.interval);
      }
    },
    bases(period) {
      const bases: number[] = [];
      const end = periods.firstDay(period + 1);
      for (let day = days.next(periods.firstDay(period)); day < end; day = days.next(day + 1)) bases.push(day * DAY_MS);
      return bases;
    },
  };
}

function dayPeriods({ frequency, weekStart }: FullRule): DayPeriods {
  if (frequency === 'YEARLY') return { of: yearOf, firstDay: (year) => dayNumber(year, 1, 1) };
  if (frequency === 'MONTHLY')
    return {
      of: (day) => {
        const { year, month } = dateOf(day);
        return year * 12 + month - 1;
      },
      firstDay: (period) => dayNumber(Math.floor(period / 12), modulo(period, 12) + 1, 1),
    };
  if (frequency === 'DAILY') return { of: (day) => day, firstDay: (day) => day };
  // 1970 began with a Thursday, 4.
  const shift = modulo(weekStart - 4, 7);
  return { of: (day) => Math.floor((day - shift) / 7), firstDay: (week) => week * 7 + shift };
}
