import { wallOf } from './oracle/zone-clock.ts';
import type { Random } from './random.ts';
import {
  type CronDay,
  type CronField,
  type CronTimetable,
  DAY_MS,
  type IntervalTimetable,
  type PlannedSchedule,
  type RuleTimetable,
  type Timetable,
} from './timetable.ts';

/** Where the clocks change in every way there is: by half an hour, by two, at midnight, in the other half of the year. */
export const zones: readonly string[] = [
  ...['UTC', 'Europe/Berlin', 'Europe/London', 'Europe/Lisbon', 'Atlantic/Azores', 'America/New_York'],
  ...['America/Los_Angeles', 'America/St_Johns', 'America/Havana', 'America/Santiago', 'Africa/Cairo'],
  ...['Africa/Casablanca', 'Asia/Beirut', 'Asia/Jerusalem', 'Asia/Kolkata', 'Asia/Tokyo', 'Australia/Sydney'],
  ...['Australia/Adelaide', 'Australia/Lord_Howe', 'Pacific/Auckland', 'Pacific/Chatham', 'Pacific/Kiritimati'],
  ...['Antarctica/Troll', 'America/Sao_Paulo'],
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface Drawing {
  readonly random: Random;
  /** When it all begins; anchors lie around it. */
  readonly start: number;
}

export function drawSchedule(slug: string, drawing: Drawing): PlannedSchedule {
  const { random } = drawing;
  return {
    slug,
    timetable: drawTimetable(drawing),
    timezone: random.pick(zones),
    gap: random.pick(['auto', 'auto', 'next-valid', 'skip']),
    fold: random.pick(['auto', 'auto', 'first', 'second', 'both']),
    catchUp: random.pick(['all', 'all', 'latest', 'none']),
    jitterMs: random.isLikely(0.3) ? random.whole(1, 20 * MINUTE_MS) : 0,
    expireAfterMs: random.isLikely(0.15) ? random.whole(1, 180) * MINUTE_MS : null,
  };
}

function drawTimetable(drawing: Drawing): Timetable {
  const { random } = drawing;
  const draw = random.pick([drawShortInterval, drawLongInterval, drawCron, drawCron, drawRule, drawRule]);
  return draw(drawing);
}

function drawShortInterval({ random, start }: Drawing): IntervalTimetable {
  // Mostly hours: each fire is a row and a run.
  const everyMs = random.isLikely(0.1)
    ? random.whole(20, 90) * MINUTE_MS
    : random.pick([2 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, random.whole(120, 1430) * MINUTE_MS + 7_000]);
  return { kind: 'interval', everyMs, anchorMs: drawAnchor(random, start) };
}

function drawLongInterval({ random, start }: Drawing): IntervalTimetable {
  const everyMs = random.pick([1, 1, 2, 7]) * DAY_MS + (random.isLikely(0.2) ? random.whole(1, 400) * MINUTE_MS : 0);
  return { kind: 'interval', everyMs, anchorMs: drawAnchor(random, start) };
}

/** Past or to come, often where clocks tend to change. */
function drawAnchor(random: Random, start: number): number | null {
  if (random.isLikely(0.3)) return null;
  return start + random.whole(-400, 60) * DAY_MS + random.whole(0, 48) * 30 * MINUTE_MS + random.whole(0, 1) * 1000;
}

function drawCron({ random }: Drawing): CronTimetable {
  const hour = drawHour(random);
  const isOften = hour.form !== 'list';
  const minute: CronField =
    isOften && random.isLikely(0.8)
      ? { form: 'list', values: [random.whole(0, 59)] }
      : random.pick<CronField>([
          { form: 'list', values: random.some([0, 15, 29, 30, 45, 59], 2) },
          { form: 'every', step: random.pick([15, 20, 30]) },
          { form: 'range', first: 10, last: 50, step: 20 },
        ]);
  const dayOfWeek = drawWeekday(random);
  return {
    kind: 'cron',
    minute,
    hour,
    second: !isOften && random.isLikely(0.2) ? { form: 'list', values: random.some([0, 1, 30, 59], 2) } : null,
    month: random.isLikely(0.85) ? { form: 'any' } : { form: 'range', first: 3, last: 10, step: 1 },
    dayOfMonth: drawMonthDay(random),
    dayOfWeek,
    // The 29th is never a second Wednesday, and what never fires is refused.
    dayOr: dayOfWeek.form === 'nth-weekday' || random.isLikely(0.7),
  };
}

// The hours in which clocks change, more often than others.
const changingHours = [0, 1, 2, 3, 23];

function drawHour(random: Random): CronField {
  if (random.isLikely(0.15)) return { form: 'any' };
  if (random.isLikely(0.2)) return { form: 'every', step: random.pick([2, 3, 4, 6, 8]) };
  if (random.isLikely(0.2)) return { form: 'range', first: random.whole(0, 3), last: random.whole(9, 23), step: 4 };
  return { form: 'list', values: random.some(random.isLikely(0.6) ? changingHours : [5, 8, 9, 12, 17, 20], 3) };
}

function drawMonthDay(random: Random): CronDay {
  if (random.isLikely(0.6)) return { form: 'any' };
  return random.pick<CronDay>([
    { form: 'every', step: random.whole(2, 3) },
    { form: 'list', values: random.some([1, 5, 8, 13, 22, 25, 28, 29, 31], 4) },
    { form: 'range', first: random.whole(1, 5), last: random.whole(12, 31), step: 1 },
    { form: 'last' },
  ]);
}

function drawWeekday(random: Random): CronDay {
  if (random.isLikely(0.5)) return { form: 'any' };
  return random.pick<CronDay>([
    { form: 'every', step: 2 },
    { form: 'list', values: random.some([0, 1, 2, 3, 4, 5, 6], 4) },
    { form: 'range', first: 1, last: 5, step: 1 },
    { form: 'nth-weekday', weekday: random.whole(0, 6), nth: random.pick([1, 2, 4, -1]) },
  ]);
}

function drawRule({ random, start }: Drawing): RuleTimetable {
  const frequency = random.pick(['HOURLY', 'DAILY', 'DAILY', 'WEEKLY', 'MONTHLY'] as const);
  const isHourly = frequency === 'HOURLY';
  const begins = random.isLikely(0.6) ? drawStart(random, start) : null;
  return {
    kind: 'rrule',
    frequency,
    interval: isHourly ? random.whole(3, 11) : random.pick([1, 1, 1, 2, 3]),
    start: begins,
    hours: !isHourly && random.isLikely(0.6) ? random.some([...changingHours, 9, 18], 3) : [],
    minutes: random.isLikely(0.4) ? random.some([0, 15, 30, 59], 2) : [],
    ...drawRuleDays(random, frequency),
    excluded: begins === null || isHourly ? [] : drawDates(random, start),
    added: drawDates(random, start).map((date) => `${date}T02:30:00`),
  };
}

function drawRuleDays(
  random: Random,
  frequency: RuleTimetable['frequency'],
): Pick<RuleTimetable, 'weekdays' | 'monthDays'> {
  const weekdays = random.some([1, 2, 3, 4, 5, 6, 7], 4).map((weekday) => ({ weekday, nth: null }));
  if (frequency === 'WEEKLY') return { weekdays: random.isLikely(0.7) ? weekdays : [], monthDays: [] };
  if (frequency === 'DAILY') return { weekdays: random.isLikely(0.2) ? weekdays : [], monthDays: [] };
  if (frequency === 'HOURLY') return { weekdays: [], monthDays: [] };
  if (random.isLikely(0.5)) return { weekdays: [], monthDays: random.some([1, 8, 25, 29, 31, -1, -5], 3) };
  const nth = random.pick([1, 2, 3, -1, -2]);
  return { weekdays: random.some([1, 3, 5, 7], 2).map((weekday) => ({ weekday, nth })), monthDays: [] };
}

/** A wall time at which rules begin. */
function drawStart(random: Random, start: number): string {
  const day = start + random.whole(-300, 20) * DAY_MS;
  const time = random.pick(changingHours) * HOUR_MS + random.pick([0, 30, 45]) * MINUTE_MS;
  return new Date(Math.floor(day / DAY_MS) * DAY_MS + time).toISOString().slice(0, 19);
}

function drawDates(random: Random, start: number): string[] {
  if (random.isLikely(0.6)) return [];
  const count = random.whole(1, 5);
  const days = Array.from({ length: count }, () => start + random.whole(0, 60) * DAY_MS);
  return [...new Set(days.map((day) => new Date(day).toISOString().slice(0, 10)))].sort(
    (a, b) => wallOf(`${a}T00:00:00`) - wallOf(`${b}T00:00:00`),
  );
}
