import { expect, test } from 'vitest';
import { previewFires, type ScheduleSpec } from '../src/index.ts';

const DAY = 86_400_000;

test.each<[string, ScheduleSpec, string[]]>([
  [
    'an interval below a day',
    { kind: 'interval', intervalMs: DAY / 2, anchorMs: null },
    ['9999-12-30T12:00', '9999-12-31T00:00', '9999-12-31T12:00'],
  ],
  [
    'an interval of days',
    { kind: 'interval', intervalMs: DAY, anchorMs: Date.parse('2026-01-01T23:00Z') },
    ['9999-12-30T23:00', '9999-12-31T23:00'],
  ],
  [
    'the longest interval',
    { kind: 'interval', intervalMs: 3650 * DAY, anchorMs: Date.parse('9999-12-31T00:00Z') },
    ['9999-12-31T00:00'],
  ],
  ['cron', { kind: 'cron', cron: '0 18 * * *', dayOr: true }, ['9999-12-30T18:00', '9999-12-31T18:00']],
  ['cron of another month', { kind: 'cron', cron: '0 18 29 2 *', dayOr: true }, []],
  ['a rule', { kind: 'rrule', rrule: 'FREQ=DAILY;BYHOUR=6' }, ['9999-12-31T06:00']],
  ['a rule of many years', { kind: 'rrule', rrule: 'FREQ=YEARLY;INTERVAL=1000000000' }, []],
])('no fire of %s is after the year 9999', (_, spec, expected) => {
  const from = Date.parse('9999-12-30T08:00Z');
  const fires = previewFires({ spec, timezone: 'UTC' }, { from, limit: 10 });
  expect(fires.map(({ localTime }) => localTime)).toEqual(expected.map((time) => `${time}:00+00:00`));
  expect(previewFires({ spec, timezone: 'UTC' }, { from: Date.UTC(10_000, 0), limit: 10 })).toEqual([]);
});
