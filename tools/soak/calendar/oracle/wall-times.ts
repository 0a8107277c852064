/// <reference lib="esnext.temporal" />
import {
  type CronDay,
  type CronTimetable,
  DAY_MS,
  type IntervalTimetable,
  type RuleTimetable,
  type Timetable,
} from '../timetable.ts';
import { valuesOf } from '../write-timetable.ts';
import { wallOf, type ZoneClock } from './zone-clock.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
export const defaultStart = '2020-01-01T00:00:00';

/** The wall times between two, day by day: what each day of the calendar has. */
export function wallTimesBetween(
  timetable: Timetable,
  { from, until, clock }: { readonly from: number; readonly until: number; readonly clock: ZoneClock },
): number[] {
  const timesOn = timesOnDays(timetable, clock);
  const times: number[] = [];
  for (let day = Math.floor(from / DAY_MS); day <= Math.floor(until / DAY_MS); day++) {
    const date = Temporal.Instant.fromEpochMilliseconds(day * DAY_MS)
      .toZonedDateTimeISO('UTC')
      .toPlainDate();
    for (const time of timesOn(date, day * DAY_MS)) if (time >= from && time <= until) times.push(time);
  }
  return times;
}

type TimesOn = (date: Temporal.PlainDate, midnight: number) => readonly number[];

function timesOnDays(timetable: Timetable, clock: ZoneClock): TimesOn {
  switch (timetable.kind) {
    case 'interval':
      return intervalTimes(timetable, clock);
    case 'cron':
      return cronTimes(timetable);
    case 'rrule':
      return ruleTimes(timetable);
  }
}

function intervalTimes({ everyMs, anchorMs }: IntervalTimetable, clock: ZoneClock): TimesOn {
  const anchor = anchorMs === null ? wallOf(defaultStart) : clock.wallAt(anchorMs);
  return (_, midnight) => {
    const first = anchor + Math.ceil((midnight - anchor) / everyMs) * everyMs;
    return first < midnight + DAY_MS ? [first] : [];
  };
}

function cronTimes(timetable: CronTimetable): TimesOn {
  const { hour, minute, second, month } = timetable;
  const seconds = second ? valuesOf(second, 0, 59) : [0];
  const ofDay = valuesOf(hour, 0, 23).flatMap((h) =>
    valuesOf(minute, 0, 59).flatMap((m) => seconds.map((s) => h * HOUR_MS + m * MINUTE_MS + s * 1000)),
  );
  const months = new Set(valuesOf(month, 1, 12));
  return (date, midnight) =>
    months.has(date.month) && isCronDay(timetable, date) ? ofDay.map((time) => midnight + time) : [];
}

function isCronDay({ dayOfMonth, dayOfWeek, dayOr }: CronTimetable, date: Temporal.PlainDate): boolean {
  const byDate =
    dayOfMonth.form === 'last' ? date.day === date.daysInMonth : isOneOf(dayOfMonth, date.day, { least: 1, most: 31 });
  const byWeekday =
    dayOfWeek.form === 'nth-weekday'
      ? date.dayOfWeek % 7 === dayOfWeek.weekday && isNth(date, dayOfWeek.nth)
      : isOneOf(dayOfWeek, date.dayOfWeek % 7, { least: 0, most: 6 });
  return dayOr && isRestricted(dayOfMonth) && isRestricted(dayOfWeek) ? byDate || byWeekday : byDate && byWeekday;
}

function isOneOf(field: CronDay, value: number, { least, most }: { least: number; most: number }): boolean {
  if (field.form === 'last' || field.form === 'nth-weekday') return false;
  return valuesOf(field, least, most).includes(value);
}

function isRestricted({ form }: CronDay): boolean {
  return form !== 'any' && form !== 'every';
}

/** Whether a date is the nth of its weekday in its month. */
function isNth(date: Temporal.PlainDate, nth: number): boolean {
  if (nth > 0) return Math.ceil(date.day / 7) === nth;
  return Math.ceil((date.daysInMonth - date.day + 1) / 7) === -nth;
}

function ruleTimes(timetable: RuleTimetable): TimesOn {
  const { frequency, excluded, added } = timetable;
  const begin = timetable.start ?? defaultStart;
  const start = Temporal.PlainDateTime.from(begin);
  const startWall = wallOf(begin);
  const left = new Set(excluded.map((date) => wallOf(`${date}T${begin.slice(11)}`)));
  const extra = added.map(wallOf);
  const hours = timetable.hours.length > 0 ? timetable.hours : [start.hour];
  const minutes = timetable.minutes.length > 0 ? timetable.minutes : [start.minute];
  return (date, midnight) => {
    const matches = frequency === 'HOURLY' || isRuleDay(timetable, date, start.toPlainDate());
    const hoursOfDay = frequency === 'HOURLY' ? hoursOn(timetable, { midnight, start: startWall }) : hours;
    const byRule = !matches
      ? []
      : hoursOfDay
          .flatMap((hour) => minutes.map((minute) => midnight + hour * HOUR_MS + minute * MINUTE_MS))
          .map((time) => time + start.second * 1000)
          .filter((time) => time >= startWall);
    const besides = extra.filter((time) => time >= midnight && time < midnight + DAY_MS);
    return [...new Set([...byRule, ...besides])].filter((time) => !left.has(time));
  };
}

/** Those of a day's hours that are whole intervals after the start's hour. */
function hoursOn(
  { interval, hours }: RuleTimetable,
  { midnight, start }: { readonly midnight: number; readonly start: number },
): number[] {
  const startHour = Math.floor(start / HOUR_MS);
  const all = Array.from({ length: 24 }, (_, hour) => hour);
  return all
    .filter((hour) => (midnight / HOUR_MS + hour - startHour) % interval === 0)
    .filter((hour) => hours.length === 0 || hours.includes(hour));
}

function isRuleDay(timetable: RuleTimetable, date: Temporal.PlainDate, start: Temporal.PlainDate): boolean {
  const { frequency, interval, weekdays, monthDays } = timetable;
  const isWeekday = weekdays.some(
    ({ weekday, nth }) => weekday === date.dayOfWeek && (nth === null || isNth(date, nth)),
  );
  if (frequency === 'DAILY') return start.until(date).days % interval === 0 && (weekdays.length === 0 || isWeekday);
  if (frequency === 'WEEKLY') {
    const monday = (day: Temporal.PlainDate) => day.subtract({ days: day.dayOfWeek - 1 });
    const weeks = monday(start).until(monday(date)).days / 7;
    return weeks % interval === 0 && (weekdays.length === 0 ? date.dayOfWeek === start.dayOfWeek : isWeekday);
  }
  if (((date.year - start.year) * 12 + date.month - start.month) % interval !== 0) return false;
  const days = monthDays.length === 0 && weekdays.length === 0 ? [start.day] : monthDays;
  const isMonthDay = days.some((day) => day === date.day || day === date.day - date.daysInMonth - 1);
  return (days.length === 0 || isMonthDay) && (weekdays.length === 0 || isWeekday);
}
