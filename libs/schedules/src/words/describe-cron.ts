import { valuesOf } from '../bit-mask.ts';
import { type Cron, parseCron } from '../cron/parse-cron.ts';
import type { CronSpec } from '../schedule.ts';
import { type DayPhrases, dayPhrases } from './day-phrases.ts';
import { cityOf, counted, listed, minuteText, oneLine, timeText } from './phrases.ts';

/** Times of a day in words. */
type TimePhrase =
  | { readonly kind: 'times'; readonly text: string }
  /** `isEveryHour`: it says the same in any zone. */
  | { readonly kind: 'repeated'; readonly text: string; readonly isEveryHour: boolean };

// More of them are a list that nobody reads.
const mostTimes = 4;

/**
 * A cron expression in words; null: there are none for it.
 *
 * @throws {ScheduleError} for one that can't be read
 */
export function describeCron({ cron: expression, dayOr }: CronSpec, timezone: string): string | null {
  const cron = parseCron(expression);
  const times = timePhrase(cron);
  const days = daysOf(cron, dayOr);
  const zone = `, ${cityOf(timezone)}`;
  if (!times || !days) {
    const isBoth = !dayOr && !cron.dayOfMonth.isOpen && !cron.dayOfWeek.isOpen;
    // The expression alone would say that either is enough.
    return isBoth ? `cron ${oneLine(expression)} where both days match${zone}` : null;
  }
  if (times.kind === 'times') return `${days.before} at ${times.text}${days.months}${zone}`;
  const isAnyZone = times.isEveryHour && days.after === '' && days.months === '';
  return `${times.text}${days.after}${days.months}${isAnyZone ? '' : zone}`;
}

function daysOf({ month, dayOfMonth, dayOfWeek }: Cron, dayOr: boolean): DayPhrases | null {
  const months = valuesOf(month);
  const monthDays = [...valuesOf(dayOfMonth.days), ...(dayOfMonth.hasLast ? [-1] : [])];
  const weekdays = valuesOf(dayOfWeek.days);
  const isAnyMonthDay = valuesOf(dayOfMonth.days).length === 31;
  const isAnyWeekday = weekdays.length === 7;
  const isEither = dayOr && !dayOfMonth.isOpen && !dayOfWeek.isOpen;
  // Either of two of which one is any day.
  const isAnyDay = isEither && (isAnyMonthDay || isAnyWeekday);
  if (isEither && !isAnyDay) return null;
  return dayPhrases({
    months: months.length === 12 ? [] : months,
    monthDays: isAnyDay || isAnyMonthDay ? [] : monthDays,
    weekdays: isAnyDay || isAnyWeekday ? [] : weekdays,
    nthWeekdays: isAnyDay || isAnyWeekday ? [] : dayOfWeek.nthWeekdays,
  });
}

function timePhrase(cron: Cron): TimePhrase | null {
  const seconds = valuesOf(cron.second);
  const minutes = valuesOf(cron.minute);
  const hours = valuesOf(cron.hour);
  const [second = 0, ...moreSeconds] = seconds;
  if (moreSeconds.length > 0) {
    const step = stepOf(seconds, 60);
    if (step === 0 || minutes.length < 60 || hours.length < 24) return null;
    return { kind: 'repeated', text: `every ${counted(step, 'second')}`, isEveryHour: true };
  }
  if (minutes.length * hours.length <= mostTimes) {
    const texts = hours.flatMap((hour) => minutes.map((minute) => timeText(hour, minute, second)));
    return { kind: 'times', text: listed(texts) };
  }
  return second === 0 ? repeated(minutes, hours) : null;
}

function repeated(minutes: readonly number[], hours: readonly number[]): TimePhrase | null {
  const everyMinutes = minutes.length > 1 ? stepOf(minutes, 60) : 0;
  const hourStep = stepOf(hours, 24);
  const isEveryHour = hours.length === 24;
  const first = hours[0] ?? 0;
  const isRange = !isEveryHour && hours.every((hour, index) => hour === first + index);
  const span = `from ${timeText(first, minutes[0] ?? 0, 0)} to ${timeText(hours.at(-1) ?? 0, minutes.at(-1) ?? 0, 0)}`;
  if (everyMinutes > 0) {
    const text = `every ${counted(everyMinutes, 'minute')}`;
    if (isEveryHour) return { kind: 'repeated', text, isEveryHour };
    return isRange ? { kind: 'repeated', text: `${text} ${span}`, isEveryHour } : null;
  }
  if (minutes.length > mostTimes) return null;
  const at = minutes.length === 1 && minutes[0] === 0 ? '' : ` at ${listed(minutes.map(minuteText))}`;
  if (hourStep > 0) return { kind: 'repeated', text: `every ${counted(hourStep, 'hour')}${at}`, isEveryHour };
  return isRange && minutes.length === 1 ? { kind: 'repeated', text: `every hour ${span}`, isEveryHour } : null;
}

/** The step of values that go evenly round from 0, or 0: every 7 minutes would be wrong at the end of the hour. */
function stepOf(values: readonly number[], count: number): number {
  const step = count / values.length;
  return values.every((value, index) => value === index * step) ? step : 0;
}
