import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { checkSchedule, nextFires, previewFires, ScheduleError, type ScheduleSpec } from '../src/index.ts';

/** Its fires, or none where it is refused; anything else that goes wrong fails the test. */
function tryOut(spec: ScheduleSpec, timezone = 'America/New_York'): number[] {
  try {
    const schedule = { spec, timezone };
    const fires = nextFires(schedule, { from: Date.UTC(2026, 0, 1), limit: 20 });
    for (const [index, fire] of fires.entries()) expect(fire).toBeGreaterThan(fires[index - 1] ?? 0);
    previewFires(schedule, { from: Date.UTC(2060, 0, 1), limit: 3 });
    return fires;
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    expect(error.description).not.toBe('');
    return [];
  }
}

const cronPieces = constantFrom(
  ...'0 1 7 31 59 60 * */ / - , ? L # W R H MON fri @ 5L L5 *** 1-5 30 2'.split(' '),
  ' ',
);
const rulePieces = constantFrom(
  ...'FREQ= YEARLY MONTHLY WEEKLY DAILY HOURLY MINUTELY SECONDLY ; INTERVAL= COUNT= UNTIL= BYDAY= BYHOUR= BYSETPOS= , - 1 7'.split(
    ' ',
  ),
  ...'BYMONTH= BYMONTHDAY= BYWEEKNO= BYYEARDAY= BYMINUTE= WKST= MO -1FR 31 366 20260101 T000000 Z : DTSTART RRULE: EXDATE'.split(
    ' ',
  ),
  '\n',
  '\n ',
);
const texts = (pieces: typeof cronPieces) =>
  oneof(
    string(),
    string({ unit: 'binary' }),
    array(pieces, { maxLength: 24 }).map((list) => list.join('')),
  );

test('no text as cron does anything but fire or be refused', () => {
  assert(
    property(texts(cronPieces), (cron) => {
      tryOut({ kind: 'cron', cron, dayOr: true });
      tryOut({ kind: 'cron', cron, dayOr: false });
    }),
    { numRuns: 3000 },
  );
});

test('no text as a rule does anything but fire or be refused', () => {
  assert(
    property(texts(rulePieces), (rrule) => {
      tryOut({ kind: 'rrule', rrule });
    }),
    { numRuns: 3000 },
  );
});

test('no text as a zone does anything but fire or be refused', () => {
  assert(
    property(oneof(string(), constantFrom('__proto__', 'constructor', 'utc', 'EUROPE/BERLIN', 'Etc/GMT+5')), (zone) => {
      tryOut({ kind: 'cron', cron: '0 9 * * *', dayOr: true }, zone);
    }),
  );
});

test('windows that are none give no fires', () => {
  const schedule = { spec: { kind: 'cron' as const, cron: '* * * * *', dayOr: true }, timezone: 'Europe/Berlin' };
  expect(nextFires(schedule, { from: Number.NaN, limit: 3 })).toEqual([]);
  expect(nextFires(schedule, { from: 0, limit: Number.NaN })).toEqual([]);
  expect(nextFires(schedule, { from: 0, limit: -1 })).toEqual([]);
  expect(nextFires(schedule, { from: 1, until: 0, limit: 3 })).toEqual([]);
  expect(nextFires(schedule, { from: 9e15, limit: 3 })).toEqual([]);
  expect(nextFires(schedule, { from: Number.POSITIVE_INFINITY, limit: 3 })).toEqual([]);
  expect(nextFires(schedule, { from: 8.64e15 - 60_000, limit: 3 })).toEqual([]);
  expect(nextFires(schedule, { from: Number.NEGATIVE_INFINITY, limit: 2 })).toHaveLength(2);
});

test('a long expression is read as fast as a short one', () => {
  const list = Array.from({ length: 400 }, (_, index) => index % 60).join(',');
  checkSchedule({ spec: { kind: 'cron', cron: `${list} * * * *`, dayOr: true }, timezone: 'UTC' });
  const dates = Array.from({ length: 600 }, (_, index) => `2026${String((index % 12) + 1).padStart(2, '0')}01`).join(
    ',',
  );
  tryOut({ kind: 'rrule', rrule: `DTSTART:20260101\nRRULE:FREQ=DAILY\nEXDATE:${dates}\nRDATE:${dates}` });
});
