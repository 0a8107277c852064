import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFires } from './plan-fires.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = Date.UTC(2026, 0, 1);

const every = (intervalMs: number, timezone = 'UTC') => ({
  spec: { kind: 'interval' as const, intervalMs, anchorMs: null },
  timezone,
});

describe('first fires', () => {
  test.each([
    ['each second: the most', SECOND, 100, 10 * SECOND],
    ['each minute: an hour and a bit', MINUTE, 70, 11 * MINUTE],
    ['each hour: three', HOUR, 3, HOUR],
    ['each day: three', DAY, 3, DAY],
    ['each 45 days: those within 100 days', 45 * DAY, 2, undefined],
  ])('%s', (_, intervalMs, count, topUpIn) => {
    const plan = planFires(every(intervalMs), now, now);
    expect(plan.fires).toHaveLength(count);
    expect(plan.fires[0]).toBeGreaterThan(now);
    expect(plan.watermark).toBe(plan.fires.at(-1));
    if (topUpIn !== undefined) expect(plan.topUpAt).toBe(now + topUpIn);
  });

  test('nothing within 100 days: looked at again when there is', () => {
    const schedule = { ...every(1000 * DAY), spec: { ...every(1000 * DAY).spec, anchorMs: now + 300 * DAY } };
    expect(planFires(schedule, now, now)).toEqual({ fires: [], watermark: now, topUpAt: now + 200 * DAY });
  });
});

test.each([
  ['short outage: all', MINUTE, 30 * MINUTE, 30],
  ['long outage: the newest hundred', MINUTE, 10 * HOUR, 100],
  ['longer than a day: a day back', 6 * HOUR, 10 * DAY, 4],
])('fires missed in a %s', (_, intervalMs, outageMs, count) => {
  const later = now + outageMs + 1;
  const missed = planFires(every(intervalMs), now, later).fires.filter((fire) => fire <= later);
  expect(missed).toHaveLength(count);
  expect(missed.at(-1)).toBe(now + outageMs);
});

test('looking when told keeps enough ahead, and makes each fire once', () => {
  assert(
    property(
      integer({ min: 1, max: 40 * 86_400 }).map((seconds) => seconds * SECOND),
      constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
      integer({ min: 0, max: 30 * 86_400 }).map((seconds) => now + seconds * SECOND),
      (intervalMs, timezone, start) => {
        const schedule = every(intervalMs, timezone);
        let { fires, watermark, topUpAt } = planFires(schedule, start, start);
        const made = [...fires];
        for (let look = 0; look < 20 && topUpAt !== null; look++) {
          const at: number = topUpAt;
          const due = made.filter((fire) => fire > at - 1);
          const horizon = at - 1 + 100 * DAY;
          // Just before the look: three and an hour are ahead, or all that may be, less the room that a look waits for.
          const enough = due.length >= 90 || (due.length >= 3 && (due.at(-1) ?? 0) > at + HOUR - intervalMs - 1);
          const all = planFires(schedule, watermark, at - 1).fires.filter((fire) => fire <= horizon).length === 0;
          expect(enough || all || intervalMs >= 30 * DAY).toBe(true);
          ({ fires, watermark, topUpAt } = planFires(schedule, watermark, at));
          made.push(...fires);
          expect(topUpAt).toBeGreaterThan(at);
          expect(made.filter((fire) => fire > at).length).toBeLessThanOrEqual(100);
        }
        expect(made).toEqual([...new Set(made)].sort((a, b) => a - b));
      },
    ),
    { numRuns: 60 },
  );
});
