import { dayNumber, daysInMonth, daysInYear, isLeap, modulo, weekdayOf, yearOf } from '../calendar.ts';
import type { FullRule } from './full-rule.ts';
import { daysByNumber, daysByWeekNumber } from './numbered-days.ts';

/** For each day of a year, from 0: the first one from it on that matches, or -1. */
type YearDays = Int16Array;

/** RFC 5545 writes years with four digits: the last day that there is. */
export const lastDay = dayNumber(9999, 12, 31);

/** The days that a rule's parts name, whatever its interval. */
export interface RuleDays {
  /** The first one at or after a day; `Infinity`: there is none. */
  next(day: number): number;
}

/**
 * Which days of a year match is the same for all years of one shape: with the same first weekday, leap days and
 * neighbours. They are worked out once for each of the 56 shapes that is met.
 */
export function ruleDays(rule: FullRule): RuleDays {
  const shapes: (YearDays | undefined)[] = [];
  let year = Number.NaN;
  let first = 0;
  let days: YearDays = new Int16Array(0);
  const enter = (entered: number) => {
    year = entered;
    first = dayNumber(year, 1, 1);
    const leaps = (isLeap(year - 1) ? 4 : 0) + (isLeap(year) ? 2 : 0) + (isLeap(year + 1) ? 1 : 0);
    const shape = leaps * 7 + weekdayOf(first);
    days = shapes[shape] ?? matchingDays(rule, year);
    shapes[shape] = days;
  };
  return {
    next(day) {
      if (day > lastDay) return Number.POSITIVE_INFINITY;
      if (!(day >= first && day < first + days.length)) enter(yearOf(day));
      const found = days[day - first] ?? -1;
      if (found >= 0) return first + found;
      // Whatever can match does so within forty years, or the end of time comes.
      for (enter(year + 1); first <= lastDay; enter(year + 1)) {
        const begun = days[0] ?? -1;
        if (begun >= 0) return first + begun;
      }
      return Number.POSITIVE_INFINITY;
    },
  };
}

function matchingDays(rule: FullRule, year: number): YearDays {
  const length = daysInYear(year);
  const firstWeekday = weekdayOf(dayNumber(year, 1, 1));
  const weekdays = new Set(rule.weekdays.flatMap(({ weekday, nth }) => (nth === null ? [weekday] : [])));
  const numbered = daysByNumber(rule, year);
  const ofWeeks = daysByWeekNumber(rule, year);
  const isMatch = new Array<boolean>(length).fill(false);
  let index = 0;
  for (let month = 1; month <= 12; month++) {
    const monthLength = daysInMonth(year, month);
    for (let day = 1; day <= monthLength; day++, index++) {
      isMatch[index] =
        allows(rule.months, month) &&
        (allows(rule.monthDays, day) || rule.monthDays.includes(day - monthLength - 1)) &&
        (allows(rule.yearDays, index + 1) || rule.yearDays.includes(index - length)) &&
        (rule.weekNumbers.length === 0 || ofWeeks.has(index)) &&
        (rule.weekdays.length === 0 || weekdays.has(modulo(firstWeekday + index, 7)) || numbered.has(index));
    }
  }
  const days = new Int16Array(length);
  let next = -1;
  for (let at = length - 1; at >= 0; at--) {
    if (isMatch[at]) next = at;
    days[at] = next;
  }
  return days;
}

function allows(list: readonly number[], value: number): boolean {
  return list.length === 0 || list.includes(value);
}
