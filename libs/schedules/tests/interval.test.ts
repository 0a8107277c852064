import { describe, expect, test } from 'vitest';
import { nextFires, ScheduleError } from '../src/index.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string) => Date.parse(text);
const iso = (fires: number[]) => fires.map((fire) => new Date(fire).toISOString().replace(':00.000Z', 'Z'));

interface Case {
  name: string;
  everyMs: number;
  anchor?: string;
  timezone?: string;
  from: string;
  until?: string;
  limit?: number;
  fires: string[];
}

const cases: Case[] = [
  {
    name: 'an anchor in the future counts backwards',
    everyMs: 17 * HOUR,
    anchor: '2030-02-02T05:24Z',
    from: '2021-07-01T00:00Z',
    limit: 2,
    fires: ['2021-07-01T07:24Z', '2021-07-02T00:24Z'],
  },
  {
    name: 'a day counts from the anchor time',
    everyMs: DAY,
    anchor: '2020-02-02T23:35Z',
    from: '2021-07-01T00:00Z',
    limit: 1,
    fires: ['2021-07-01T23:35Z'],
  },
  {
    name: 'the default anchor is midnight',
    everyMs: DAY,
    from: '2018-01-01T06:00Z',
    limit: 1,
    fires: ['2018-01-02T00:00Z'],
  },
  {
    name: 'the default anchor is midnight in the zone',
    everyMs: DAY,
    timezone: 'America/New_York',
    from: '2022-07-01T00:00Z',
    limit: 2,
    fires: ['2022-07-01T04:00Z', '2022-07-02T04:00Z'],
  },
  {
    name: 'both ends belong to the window',
    everyMs: HOUR,
    from: '2022-01-01T00:00Z',
    until: '2022-01-01T02:00Z',
    fires: ['2022-01-01T00:00Z', '2022-01-01T01:00Z', '2022-01-01T02:00Z'],
  },
  { name: 'no limit, no fires', everyMs: HOUR, from: '2022-01-01T00:00Z', limit: 0, fires: [] },
  {
    name: 'an end before the first fire gives none',
    everyMs: DAY,
    from: '2022-01-01T00:01Z',
    until: '2022-01-01T23:59Z',
    fires: [],
  },
  {
    name: 'daily 09:00 in New York through spring',
    everyMs: DAY,
    anchor: '2018-03-08T09:00-05:00',
    timezone: 'America/New_York',
    from: '2018-03-08T14:00Z',
    limit: 5,
    fires: ['2018-03-08T14:00Z', '2018-03-09T14:00Z', '2018-03-10T14:00Z', '2018-03-11T13:00Z', '2018-03-12T13:00Z'],
  },
  {
    name: 'daily 09:00 in New York through autumn',
    everyMs: DAY,
    anchor: '2018-11-01T09:00-04:00',
    timezone: 'America/New_York',
    from: '2018-11-01T13:00Z',
    limit: 5,
    fires: ['2018-11-01T13:00Z', '2018-11-02T13:00Z', '2018-11-03T13:00Z', '2018-11-04T14:00Z', '2018-11-05T14:00Z'],
  },
  {
    name: 'the jump from an anchor in winter keeps 09:00 in summer',
    everyMs: DAY,
    anchor: '2018-01-01T09:00-05:00',
    timezone: 'America/New_York',
    from: '2018-07-01T00:00-04:00',
    limit: 1,
    fires: ['2018-07-01T13:00Z'],
  },
  {
    name: '36 hours are a day and a half on the wall clock',
    everyMs: 36 * HOUR,
    anchor: '2022-03-12T09:00-05:00',
    timezone: 'America/New_York',
    from: '2022-03-12T09:00-05:00',
    limit: 3,
    fires: ['2022-03-12T14:00Z', '2022-03-14T01:00Z', '2022-03-15T13:00Z'],
  },
  {
    name: 'an hour is 60 minutes also where the clock is put back',
    everyMs: HOUR,
    timezone: 'America/New_York',
    from: '2018-11-04T03:00Z',
    limit: 5,
    fires: ['2018-11-04T03:00Z', '2018-11-04T04:00Z', '2018-11-04T05:00Z', '2018-11-04T06:00Z', '2018-11-04T07:00Z'],
  },
  {
    name: 'a wall-clock time in the gap is the first instant after it',
    everyMs: DAY,
    anchor: '2018-03-01T02:30-05:00',
    timezone: 'America/New_York',
    from: '2018-03-10T12:00Z',
    limit: 2,
    fires: ['2018-03-11T07:00Z', '2018-03-12T06:30Z'],
  },
  {
    name: 'a repeated wall-clock time fires the first time',
    everyMs: DAY,
    anchor: '2018-11-01T01:30-04:00',
    timezone: 'America/New_York',
    from: '2018-11-03T12:00Z',
    limit: 2,
    fires: ['2018-11-04T05:30Z', '2018-11-05T06:30Z'],
  },
  {
    name: 'a window that begins within the repeated hour is too late for that day',
    everyMs: DAY,
    anchor: '2018-11-01T01:30-04:00',
    timezone: 'America/New_York',
    from: '2018-11-04T06:00Z',
    limit: 1,
    fires: ['2018-11-05T06:30Z'],
  },
  {
    name: 'a day that a zone skipped leads to no second fire at the same instant',
    everyMs: DAY,
    anchor: '2011-12-28T00:00-10:00',
    timezone: 'Pacific/Apia',
    from: '2011-12-28T10:00Z',
    limit: 4,
    fires: ['2011-12-28T10:00Z', '2011-12-29T10:00Z', '2011-12-30T10:00Z', '2011-12-31T10:00Z'],
  },
];

describe('interval schedules', () => {
  test.each(cases)('$name', ({ everyMs, anchor, timezone = 'UTC', from, until, limit = 100, fires }) => {
    const spec = { kind: 'interval' as const, intervalMs: everyMs, anchorMs: anchor ? at(anchor) : null };
    const window = { from: at(from), limit, ...(until ? { until: at(until) } : {}) };
    expect(iso(nextFires({ spec, timezone }, window))).toEqual(fires);
  });

  test('never more than 10,000', () => {
    const schedule = { spec: { kind: 'interval' as const, intervalMs: 1000, anchorMs: 0 }, timezone: 'UTC' };
    expect(nextFires(schedule, { from: 0, limit: 1e9 })).toHaveLength(10_000);
  });

  test('the longest interval fires every 3650 days', () => {
    const schedule = { spec: { kind: 'interval' as const, intervalMs: 3650 * DAY, anchorMs: null }, timezone: 'UTC' };
    const fires = nextFires(schedule, { from: at('2026-01-01T00:00Z'), limit: 2 });
    expect(iso(fires)).toEqual(['2029-12-29T00:00Z', '2039-12-27T00:00Z']);
  });

  test.each([3650 * DAY + 1, 3_650_000 * DAY, 1e300, Number.POSITIVE_INFINITY])('%d ms are too long', (intervalMs) => {
    const spec = { kind: 'interval' as const, intervalMs, anchorMs: null };
    expect(() => nextFires({ spec, timezone: 'UTC' }, { from: 0, limit: 1 })).toThrow(
      expect.objectContaining({ field: 'interval', description: 'must be at most 3650 days' }),
    );
  });

  test('an offset is refused with names that say it', () => {
    const spec = { kind: 'interval' as const, intervalMs: DAY, anchorMs: null };
    expect(() => nextFires({ spec, timezone: '+02:00' }, { from: 0, limit: 0 })).toThrow(
      'timezone: "+02:00" is an offset; accepted are names of zones such as "Europe/Paris", or "Etc/GMT-2", always two hours ahead of UTC',
    );
  });

  test.each([
    ['an interval below a second', { intervalMs: 999 }, 'interval'],
    ['no interval', { intervalMs: 0 }, 'interval'],
    ['a negative interval', { intervalMs: -1000 }, 'interval'],
    ['an interval with a fraction of a millisecond', { intervalMs: 1000.5 }, 'interval'],
    ['an anchor that is no instant', { anchorMs: Number.NaN }, 'anchor'],
    ['an unknown zone', { timezone: 'Mars/Olympus' }, 'timezone'],
    ['an offset instead of a zone', { timezone: '+02:00' }, 'timezone'],
    ['no zone', { timezone: '' }, 'timezone'],
    ['Z', { timezone: 'Z' }, 'timezone'],
    ['an interval that is no number', { intervalMs: Number.NaN }, 'interval'],
  ])(
    '%s is refused by its field',
    (_, { timezone = 'UTC', ...broken }: { timezone?: string; intervalMs?: number; anchorMs?: number }, field) => {
      const spec = { kind: 'interval' as const, intervalMs: DAY, anchorMs: null, ...broken };
      const fires = () => nextFires({ spec, timezone }, { from: 0, limit: 0 });
      expect(fires).toThrow(ScheduleError);
      expect(fires).toThrow(expect.objectContaining({ field }));
    },
  );
});
