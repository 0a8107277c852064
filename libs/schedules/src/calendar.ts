/** Calendar arithmetic on plain numbers: days are counted from 1970-01-01, months from 1, weekdays from Sunday as 0. */

export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The last instant that a date can be; the first is as far on the other side. */
export const latest = 8.64e15;

const daysBefore: readonly number[] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export function daysInYear(year: number): number {
  return isLeap(year) ? 366 : 365;
}

/** The number of a date's day. */
export function dayNumber(year: number, month: number, day: number): number {
  const past = year - 1;
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const ofYear = (daysBefore[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1;
  // 719,162 days lie between the first day of the year 1 and 1970.
  return past * 365 + leapDays + ofYear - 719_162;
}

/** The year in which a day lies. */
export function yearOf(days: number): number {
  const guess = 1970 + Math.floor(days / 365.2425);
  if (days < dayNumber(guess, 1, 1)) return guess - 1;
  return days < dayNumber(guess + 1, 1, 1) ? guess : guess + 1;
}

export function dateOf(days: number): CalendarDate {
  const year = yearOf(days);
  let rest = days - dayNumber(year, 1, 1);
  let month = 1;
  while (rest >= daysInMonth(year, month)) {
    rest -= daysInMonth(year, month);
    month++;
  }
  return { year, month, day: rest + 1 };
}

/** Sunday is 0. */
export function weekdayOf(days: number): number {
  return modulo(days + 4, 7);
}

/** As `%`, but never negative. */
export function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
