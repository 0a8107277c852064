import { expect, test } from 'vitest';
import { type CronTimetable, DAY_MS, type PlannedSchedule, type Timetable } from '../timetable.ts';
import { openOracle } from './intended-fires.ts';
import { localText } from './zone-clock.ts';

const oracle = openOracle();

const cron = (hours: readonly number[] | '*', minutes: readonly number[] = [30]): CronTimetable => ({
  kind: 'cron',
  second: null,
  minute: { form: 'list', values: minutes },
  hour: hours === '*' ? { form: 'any' } : { form: 'list', values: hours },
  ...{ dayOfMonth: { form: 'any' }, month: { form: 'any' }, dayOfWeek: { form: 'any' }, dayOr: true },
});

const daily: Timetable = { kind: 'interval', everyMs: DAY_MS, anchorMs: Date.UTC(2026, 0, 1, 1, 30) };
const sixHourly: Timetable = { kind: 'interval', everyMs: DAY_MS / 4, anchorMs: Date.UTC(2026, 0, 1) };

// Known from the zones' rules, not from what anything of ours says.
test.for<[string, string, Timetable, Partial<PlannedSchedule>, string[]]>([
  ['2026-03-29', 'Europe/Berlin', cron([2]), {}, ['03:00:00+02:00']],
  ['2026-03-29', 'Europe/Berlin', cron([2]), { gap: 'skip' }, []],
  ['2026-03-29', 'Europe/Berlin', daily, {}, ['03:00:00+02:00']],
  [
    '2026-03-29',
    'Europe/Berlin',
    sixHourly,
    {},
    ['01:00:00+01:00', '08:00:00+02:00', '14:00:00+02:00', '20:00:00+02:00'],
  ],
  ['2026-10-25', 'Europe/Berlin', cron([2]), {}, ['02:30:00+02:00']],
  ['2026-10-25', 'Europe/Berlin', cron([2]), { fold: 'second' }, ['02:30:00+01:00']],
  ['2026-10-25', 'Europe/Berlin', cron([2]), { fold: 'both' }, ['02:30:00+02:00', '02:30:00+01:00']],
  ['2026-10-04', 'Australia/Lord_Howe', cron([2], [0, 15, 45]), {}, ['02:30:00+11:00', '02:45:00+11:00']],
  ['2026-03-08', 'America/Havana', cron([0], [0, 59]), {}, ['01:00:00-04:00']],
])('%s %s', ([date, timezone, timetable, overrides, expected]) => {
  const schedule: PlannedSchedule = {
    ...{ slug: 's', timetable, timezone, gap: 'auto', fold: 'auto', catchUp: 'all', jitterMs: 0, expireAfterMs: null },
    ...overrides,
  };
  const noon = Date.parse(`${date}T12:00:00Z`);
  const fires = oracle.firesBetween(schedule, noon - 2 * DAY_MS, noon + 2 * DAY_MS);
  const texts = fires.map((fire) => localText(fire, timezone)).filter((text) => text.startsWith(date));
  expect(texts.map((text) => text.slice(11))).toEqual(expected);
});

test('a schedule through the day goes by elapsed time', () => {
  const schedule: PlannedSchedule = {
    ...{ slug: 's', timetable: cron('*'), timezone: 'Europe/Berlin', gap: 'auto', fold: 'auto', catchUp: 'all' },
    ...{ jitterMs: 0, expireAfterMs: null },
  };
  for (const day of [Date.UTC(2026, 2, 28, 12), Date.UTC(2026, 9, 24, 12)]) {
    const fires = oracle.firesBetween(schedule, day, day + 2 * DAY_MS);
    expect(fires).toHaveLength(48);
    expect(fires.every((fire, index) => index === 0 || fire - (fires[index - 1] ?? 0) === 3_600_000)).toBe(true);
  }
});
