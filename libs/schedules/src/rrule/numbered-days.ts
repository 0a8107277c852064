import { dayNumber, daysInMonth, daysInYear, modulo, weekdayOf } from '../calendar.ts';
import type { FullRule } from './full-rule.ts';

/** The days of a year, from 0, that are the nth weekday of their month, or of the year. */
export function daysByNumber({ frequency, months, weekdays }: FullRule, year: number): Set<number> {
  const numbered = weekdays.filter(({ nth }) => nth !== null);
  const found = new Set<number>();
  if (numbered.length === 0) return found;
  for (const { start, length } of spans(year, frequency === 'MONTHLY' || months.length > 0)) {
    const firstWeekday = weekdayOf(dayNumber(year, 1, 1) + start);
    for (const { weekday, nth } of numbered) {
      const first = modulo(weekday - firstWeekday, 7);
      const last = first + 7 * Math.floor((length - 1 - first) / 7);
      const day = (nth ?? 1) > 0 ? first + 7 * ((nth ?? 1) - 1) : last + 7 * ((nth ?? -1) + 1);
      if (day >= 0 && day < length) found.add(start + day);
    }
  }
  return found;
}

interface Span {
  /** The day of the year with which it begins, from 0. */
  readonly start: number;
  readonly length: number;
}

function spans(year: number, areMonths: boolean): Span[] {
  if (!areMonths) return [{ start: 0, length: daysInYear(year) }];
  let start = 0;
  return Array.from({ length: 12 }, (_, index) => {
    const span = { start, length: daysInMonth(year, index + 1) };
    start += span.length;
    return span;
  });
}

/** The days of a year, from 0, in weeks with the numbers of a rule; its first and last may be in a neighbour's week. */
export function daysByWeekNumber({ weekNumbers, weekStart }: FullRule, year: number): Set<number> {
  const found = new Set<number>();
  if (weekNumbers.length === 0) return found;
  const newYear = dayNumber(year, 1, 1);
  for (const owner of [year - 1, year, year + 1]) {
    const first = firstWeek(owner, weekStart);
    const weeks = (firstWeek(owner + 1, weekStart) - first) / 7;
    for (const number of weekNumbers) {
      const week = number > 0 ? number - 1 : weeks + number;
      if (week < 0 || week >= weeks) continue;
      for (let day = 0; day < 7; day++) {
        const index = first + week * 7 + day - newYear;
        if (index >= 0 && index < daysInYear(year)) found.add(index);
      }
    }
  }
  return found;
}

/** The day with which the first week of a year begins: it is the first one with four days or more in the year. */
function firstWeek(year: number, weekStart: number): number {
  const newYear = dayNumber(year, 1, 1);
  const sinceStart = modulo(weekdayOf(newYear) - weekStart, 7);
  return sinceStart <= 3 ? newYear - sinceStart : newYear - sinceStart + 7;
}
