import { nextBit, valuesOf } from '../bit-mask.ts';
import { modulo } from '../calendar.ts';
import { ScheduleError } from '../schedule-error.ts';
import type { Cron } from './parse-cron.ts';

/** The days that match in a month that begins with such a weekday and has so many days: a bit each, the first is bit 1. */
export type MonthDays = (firstWeekday: number, length: number) => number;

const shortest = 28;
const lengths = [28, 29, 30, 31];
const weekdays = [0, 1, 2, 3, 4, 5, 6];

/**
 * Which days match is the same for all months of one shape, and there are 28 shapes: they are looked up, not computed.
 *
 * @throws {ScheduleError} if no day of any month matches
 */
export function monthsOfCron(cron: Cron, dayOr: boolean): MonthDays {
  const shapes = lengths.map((length) =>
    weekdays.map((firstWeekday) => matchingDays(cron, dayOr, { firstWeekday, length })),
  );
  // Within 400 years each month of each length begins with each weekday.
  const possible = valuesOf(cron.month).flatMap((month) => lengthsOf(month));
  if (possible.every((length) => shapes[length - shortest]?.every((days) => days === 0)))
    throw new ScheduleError('cron', 'never fires: no month of the month field has a day that the day fields name');
  const table = Int32Array.from(shapes.flat());
  return (firstWeekday, length) => table[(length - shortest) * 7 + firstWeekday] ?? 0;
}

function lengthsOf(month: number): readonly number[] {
  if (month === 2) return [28, 29];
  return [4, 6, 9, 11].includes(month) ? [30] : [31];
}

interface MonthShape {
  readonly firstWeekday: number;
  readonly length: number;
}

function matchingDays({ dayOfMonth, dayOfWeek }: Cron, dayOr: boolean, shape: MonthShape): number {
  const { firstWeekday, length } = shape;
  const whole = bitsUpTo(length);
  const byDate = (dayOfMonth.days.low | (dayOfMonth.hasLast ? 1 << length : 0)) & whole;
  let byWeekday = 0;
  for (let day = 1; day <= length; day++) {
    const weekday = (firstWeekday + day - 1) % 7;
    if (nextBit(dayOfWeek.days.low, weekday) === weekday) byWeekday |= 1 << day;
  }
  for (const { weekday, nth } of dayOfWeek.nthWeekdays) {
    const first = 1 + modulo(weekday - firstWeekday, 7);
    const day = nth > 0 ? first + 7 * (nth - 1) : first + 7 * Math.floor((length - first) / 7);
    if (day <= length) byWeekday |= 1 << day;
  }
  // A field that begins with `*` restricts nothing by itself, but "*/2" still says which days.
  const isEither = dayOr && !dayOfMonth.isOpen && !dayOfWeek.isOpen;
  return isEither ? byDate | byWeekday : byDate & byWeekday;
}

function bitsUpTo(length: number): number {
  // Bits 1 to 31 may be all set, which no shift by 32 gives.
  return length === 31 ? -2 : (1 << (length + 1)) - 2;
}
