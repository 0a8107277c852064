import { describe, expect, test } from 'vitest';
import { jitterOf, previewFires, type Schedule } from '../src/index.ts';

const at = (text: string) => Date.parse(text);
const cron = (expression: string, more: Partial<Schedule> = {}): Schedule => ({
  spec: { kind: 'cron', cron: expression, dayOr: true },
  timezone: 'Europe/Berlin',
  ...more,
});

describe('previews', () => {
  test('an ordinary day has nothing to note', () => {
    expect(previewFires(cron('0 9 * * *'), { from: at('2026-07-01T00:00Z'), limit: 1 })).toEqual([
      { time: at('2026-07-01T07:00Z'), localTime: '2026-07-01T09:00:00+02:00', notes: [] },
    ]);
  });

  test('a time that is left out', () => {
    const fires = previewFires(cron('30 2 * * *'), { from: at('2026-03-28T12:00Z'), limit: 2 });
    expect(fires).toEqual([
      {
        time: at('2026-03-29T01:00Z'),
        localTime: '2026-03-29T03:00:00+02:00',
        notes: ['the clocks go forward here: 02:30 does not exist, so it fires at 03:00'],
      },
      { time: at('2026-03-30T00:30Z'), localTime: '2026-03-30T02:30:00+02:00', notes: [] },
    ]);
  });

  test('a day that is left out', () => {
    const daily: Schedule = {
      spec: { kind: 'interval', intervalMs: 86_400_000, anchorMs: null },
      timezone: 'Pacific/Apia',
    };
    const fires = previewFires(daily, { from: at('2011-12-29T00:00-10:00'), limit: 2 });
    expect(fires.map(({ localTime, notes }) => [localTime, ...notes])).toEqual([
      ['2011-12-29T00:00:00-10:00'],
      [
        '2011-12-31T00:00:00+14:00',
        'the clocks go forward here: 2011-12-30 00:00 does not exist, so it fires at 2011-12-31 00:00',
      ],
    ]);
  });

  test('a time that comes twice', () => {
    const [first, second] = previewFires(cron('30 2 * * *', { dstFold: 'both' }), {
      from: at('2026-10-24T12:00Z'),
      limit: 2,
    });
    expect(first).toMatchObject({
      localTime: '2026-10-25T02:30:00+02:00',
      notes: ['02:30 comes twice here: this is the first time'],
    });
    expect(second).toMatchObject({
      localTime: '2026-10-25T02:30:00+01:00',
      notes: ['02:30 comes twice here: this is the second time'],
    });
  });

  test('a change of the clocks between two fires', () => {
    const fires = previewFires(cron('0 9 * * *'), { from: at('2026-03-28T00:00Z'), limit: 2 });
    expect(fires.map(({ notes }) => notes)).toEqual([[], ['the offset changes from +01:00 to +02:00 before it']]);
  });

  test('an interval below a day', () => {
    const hourly: Schedule = {
      spec: { kind: 'interval', intervalMs: 3_600_000, anchorMs: 0 },
      timezone: 'Europe/Berlin',
    };
    const fires = previewFires(hourly, { from: at('2026-10-25T00:00Z'), limit: 3 });
    expect(fires.map(({ localTime, notes }) => `${localTime} ${notes}`)).toEqual([
      '2026-10-25T02:00:00+02:00 02:00 comes twice here: this is the first time',
      '2026-10-25T02:00:00+01:00 02:00 comes twice here: this is the second time',
      '2026-10-25T03:00:00+01:00 ',
    ]);
  });

  test('offsets with seconds, of a time before zones', () => {
    const fires = previewFires(cron('0 0 1 1 *'), { from: at('1880-01-01T00:00Z'), limit: 1 });
    expect(fires[0]?.localTime).toBe('1881-01-01T00:00:00+00:53:28');
  });
});

describe('jitter', () => {
  const minute = 60_000;
  const instants = Array.from({ length: 10_000 }, (_, index) => at('2026-01-01T00:00Z') + index * minute);

  test('is the same for the same key and instant, and another for another', () => {
    expect(jitterOf('a/default', 1000, minute)).toBe(jitterOf('a/default', 1000, minute));
    expect(new Set(['a', 'b', 'c', 'd'].map((key) => jitterOf(key, 1000, 86_400_000))).size).toBe(4);
  });

  test('is none without a width', () => {
    for (const width of [0, -1, 0.5, Number.NaN]) expect(jitterOf('a', 1, width)).toBe(0);
  });

  test('reaches both ends, in whole milliseconds', () => {
    expect(new Set(instants.map((instant) => jitterOf('a', instant, 3)))).toEqual(new Set([0, 1, 2, 3]));
  });

  test.each([
    ['over the instants of a schedule', (index: number) => jitterOf('4ec4b8a7/default', instants[index] ?? 0, minute)],
    [
      'over schedules at one instant',
      (index: number) => jitterOf(`deployment-${index}/default`, instants[0] ?? 0, minute),
    ],
  ])('is spread evenly %s', (_, jitter) => {
    const buckets = new Array<number>(20).fill(0);
    for (let index = 0; index < 10_000; index++) {
      const bucket = Math.floor((jitter(index) / (minute + 1)) * 20);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    // 500 are expected in each; five times the deviation of a fair draw is 110.
    for (const count of buckets) expect(Math.abs(count - 500)).toBeLessThan(110);
  });
});
