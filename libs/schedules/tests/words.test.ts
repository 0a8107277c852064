import { assert, constantFrom, integer, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleSpec } from '../src/index.ts';
import { describeSchedule } from '../src/words/describe-schedule.ts';

const paris = 'Europe/Paris';
const inWords = (spec: ScheduleSpec, timezone = paris) => describeSchedule({ spec, timezone });

const crons: [cron: string, words: string][] = [
  ['0 9 * * MON-FRI', 'weekdays at 09:00, Paris'],
  ['0 9 * * *', 'every day at 09:00, Paris'],
  ['0 9,17 * * *', 'every day at 09:00 and 17:00, Paris'],
  ['15 9 * * * 30', 'every day at 09:15:30, Paris'],
  ['30 8 * * 1,4', 'Mondays and Thursdays at 08:30, Paris'],
  ['0 10 * * sat-sun', 'weekends at 10:00, Paris'],
  ['0 10 * * 0', 'Sundays at 10:00, Paris'],
  ['0 0 1 * *', 'on the 1st of each month at 00:00, Paris'],
  ['0 0 1,15 * ?', 'on the 1st and 15th of each month at 00:00, Paris'],
  ['0 6 1-7 * *', 'on the 1st to the 7th of each month at 06:00, Paris'],
  ['0 0 L * *', 'on the last day of each month at 00:00, Paris'],
  ['0 0 1 1 *', 'on the 1st of January at 00:00, Paris'],
  ['@yearly', 'on the 1st of January at 00:00, Paris'],
  ['0 9 * 6-8 1-5', 'weekdays at 09:00 in June, July and August, Paris'],
  ['0 9 * * fri#2', 'on the 2nd Friday of each month at 09:00, Paris'],
  ['0 9 ? * FRIL', 'on the last Friday of each month at 09:00, Paris'],
  ['* * * * *', 'every minute'],
  ['*/15 * * * *', 'every 15 minutes'],
  ['* * * * * */10', 'every 10 seconds'],
  ['0 * * * *', 'every hour'],
  ['@hourly', 'every hour'],
  ['30 * * * *', 'every hour at :30'],
  ['5/30 * * * *', 'every hour at :05 and :35'],
  ['0 */2 * * *', 'every 2 hours, Paris'],
  ['30 */6 * * *', 'every day at 00:30, 06:30, 12:30 and 18:30, Paris'],
  ['* 9-17 * * 1-5', 'every minute from 09:00 to 17:59 on weekdays, Paris'],
  ['*/15 9-17 * * *', 'every 15 minutes from 09:00 to 17:45, Paris'],
  ['0 9-17 * * 1-5', 'every hour from 09:00 to 17:00 on weekdays, Paris'],
  ['*/10 * * * 1-5', 'every 10 minutes on weekdays, Paris'],
  ['0 9 1-31 * FRI', 'every day at 09:00, Paris'],
  // No short words that are true.
  ['*/7 * * * *', 'cron */7 * * * *, Paris'],
  ['0  0 13 * FRI', 'cron 0 0 13 * FRI, Paris'],
  ['0 0 */2 * MON', 'cron 0 0 */2 * MON, Paris'],
  ['not a cron', 'cron not a cron, Paris'],
];

const rules: [rule: string, words: string][] = [
  ['FREQ=DAILY;BYHOUR=9', 'every day at 09:00, Paris'],
  ['FREQ=DAILY;INTERVAL=3;BYHOUR=9,17', 'every 3 days at 09:00 and 17:00, Paris'],
  ['FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR', 'weekdays at 00:00, Paris'],
  ['RRULE:FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=9;BYMINUTE=0', 'Mondays and Wednesdays at 09:00, Paris'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=10', 'every 2 weeks on Mondays at 00:00, Paris, 10 times'],
  ['DTSTART:20260105T083000\nRRULE:FREQ=WEEKLY\nEXDATE:20260112T083000', 'Mondays at 08:30, Paris, with exceptions'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,-1', 'on the 1st and the last day of each month at 00:00, Paris'],
  ['FREQ=MONTHLY;INTERVAL=3', 'every 3 months on the 1st at 00:00, Paris'],
  ['FREQ=MONTHLY;BYDAY=2TU,-1FR', 'on the 2nd Tuesday and the last Friday of each month at 00:00, Paris'],
  ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'on the 4th Thursday of November at 00:00, Paris'],
  ['FREQ=YEARLY;INTERVAL=2', 'every 2 years on the 1st of January at 00:00, Paris'],
  ['FREQ=HOURLY', 'every hour'],
  ['FREQ=HOURLY;INTERVAL=6;BYMINUTE=30', 'every 6 hours at :30, Paris'],
  ['FREQ=MINUTELY;INTERVAL=10', 'every 10 minutes'],
  ['FREQ=SECONDLY', 'every second'],
  ['FREQ=DAILY;UNTIL=20270101', 'every day at 00:00, Paris, until 2027-01-01'],
  ['FREQ=DAILY;UNTIL=20270101T120000Z', 'every day at 00:00, Paris, until 2027-01-01 12:00 UTC'],
  // No short words that are true.
  ['FREQ=YEARLY;BYDAY=20MO', 'rule FREQ=YEARLY;BYDAY=20MO, Paris'],
  ['FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1', 'rule FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1, Paris'],
  ['FREQ=SOMETIMES', 'rule FREQ=SOMETIMES, Paris'],
];

const HOUR = 3_600_000;
const intervals: [intervalMs: number, anchor: string | null, words: string][] = [
  [HOUR / 6, null, 'every 10 minutes'],
  [HOUR, null, 'every hour'],
  [1.5 * HOUR, null, 'every 90 minutes'],
  [45_000, null, 'every 45 seconds'],
  [24 * HOUR, '2026-07-01T07:00Z', 'every day at 09:00, Paris'],
  [48 * HOUR, null, 'every 2 days at 00:00, Paris'],
  [7 * 24 * HOUR, '2026-07-01T07:00Z', 'Wednesdays at 09:00, Paris'],
  [14 * 24 * HOUR, null, 'every 2 weeks on Wednesdays at 00:00, Paris'],
  [36 * HOUR, null, 'every 36 hours, Paris'],
  [HOUR / 4, '2026-01-01T00:07+01:00', 'every 15 minutes, counted from 2026-01-01 00:07, Paris'],
  [HOUR, '2026-07-01T00:00:30Z', 'every hour, counted from 2026-07-01 02:00:30, Paris'],
  [1000, '2026-07-01T00:00:00.250Z', 'every second, counted from 2026-07-01 02:00:00.250, Paris'],
  // The same fires as from the beginning of 2020 in Paris, 23:00 in UTC.
  [HOUR / 4, '2026-07-01T07:45Z', 'every 15 minutes'],
  [5 * HOUR, '2020-01-01T04:00Z', 'every 5 hours'],
  [5 * HOUR, '2020-01-01T05:00Z', 'every 5 hours, counted from 2020-01-01 06:00, Paris'],
];

describe('schedules in words', () => {
  test.each(crons)('cron %s', (cron, words) => {
    expect(inWords({ kind: 'cron', cron, dayOr: true })).toBe(words);
  });

  test.each(rules)('rule %s', (rrule, words) => {
    expect(inWords({ kind: 'rrule', rrule })).toBe(words);
  });

  test.each(intervals)('interval of %d ms from %s', (intervalMs, anchor, words) => {
    expect(inWords({ kind: 'interval', intervalMs, anchorMs: anchor ? Date.parse(anchor) : null })).toBe(words);
  });

  test.each([
    ['0 12 13 * fri', 'cron 0 12 13 * fri where both days match, Paris'],
    ['*/7 *  L * MON', 'cron */7 * L * MON where both days match, Paris'],
    // It says the same either way.
    ['0 0 */2 * MON', 'cron 0 0 */2 * MON, Paris'],
    ['0 9 1-31 * FRI', 'Fridays at 09:00, Paris'],
  ])('cron %s with both days', (cron, words) => {
    expect(inWords({ kind: 'cron', cron, dayOr: false })).toBe(words);
  });

  test.each([
    ['europe/paris', 'Paris'],
    ['AMERICA/NEW_YORK', 'New York'],
    // An old name stays what it was given as, where Intl would give another.
    ['US/Eastern', 'Eastern'],
    ['Asia/Kolkata', 'Kolkata'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['America/New_York', 'New York'],
    ['America/Argentina/Buenos_Aires', 'Buenos Aires'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('the zone %s is called %s', (timezone, city) => {
    expect(inWords({ kind: 'cron', cron: '0 9 * * *', dayOr: true }, timezone)).toBe(`every day at 09:00, ${city}`);
  });

  test('nothing makes it throw', () => {
    const pieces = oneof(string(), constantFrom('* * * * *', 'FREQ=DAILY', ';', ':', 'BYDAY=', 'L', '#', '\n', '@'));
    assert(
      property(pieces, pieces, integer(), (one, two, number) => {
        const text = `${one}${two}`;
        for (const timezone of [paris, text]) {
          expect(typeof inWords({ kind: 'cron', cron: text, dayOr: false }, timezone)).toBe('string');
          expect(typeof inWords({ kind: 'rrule', rrule: text }, timezone)).toBe('string');
          const spec = { kind: 'interval' as const, intervalMs: number, anchorMs: number * 1e12 };
          expect(typeof inWords(spec, timezone)).toBe('string');
        }
      }),
    );
  });
});
