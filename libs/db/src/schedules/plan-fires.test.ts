import { compileSchedule, ScheduleError } from '@millrace/schedules';
import { assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScheduleOptions } from '../connection/tables.ts';
import { type FirePlan, FirePlanner } from './fire-planner.ts';
import { planMissed } from './plan-fires.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = Date.UTC(2026, 0, 1);

const every = (intervalMs: number, timezone = 'UTC', anchorMs: number | null = null) => ({
  spec: { kind: 'interval' as const, intervalMs, anchorMs },
  timezone,
  options: {},
});

function plan(schedule: ReturnType<typeof every>, watermark: number, at: number): FirePlan {
  const planned = new FirePlanner(at).plan({ ...schedule, watermark }, 10_000);
  if (planned instanceof ScheduleError) throw planned;
  return planned;
}

describe('first fires', () => {
  test.each([
    ['each second: the most', SECOND, 100, 10 * SECOND],
    ['each minute: an hour and a bit', MINUTE, 70, 11 * MINUTE],
    ['each hour: three', HOUR, 3, HOUR],
    ['each day: three', DAY, 3, DAY],
    ['each 45 days: those within 100 days', 45 * DAY, 2, undefined],
  ])('%s', (_, intervalMs, count, topUpIn) => {
    const { ahead, watermark, topUpAt } = plan(every(intervalMs), now, now);
    expect(ahead).toHaveLength(count);
    expect(ahead[0]).toBeGreaterThan(now);
    expect(watermark).toBe(ahead.at(-1));
    if (topUpIn !== undefined) expect(topUpAt).toBe(now + topUpIn);
  });

  test('nothing within 100 days: looked at again when there is', () => {
    const schedule = every(1000 * DAY, 'UTC', now + 300 * DAY);
    expect(plan(schedule, now, now)).toMatchObject({ ahead: [], watermark: now, topUpAt: now + 200 * DAY });
  });

  test('a rule that has ended is not looked at any more', () => {
    const spec = { kind: 'rrule' as const, rrule: 'DTSTART:20250101T000000\nRRULE:FREQ=DAILY;COUNT=3' };
    const planned = new FirePlanner(now).plan({ spec, timezone: 'UTC', options: {}, watermark: now }, 10_000);
    expect(planned).toMatchObject({ ahead: [], topUpAt: null });
  });
});

describe('missed fires', () => {
  const outage = { ms: 10 * HOUR, fires: 600 };
  test.each<[string, number, number, ScheduleOptions, number, Record<string, number>]>([
    ['all of a short outage', MINUTE, 30 * MINUTE, {}, 30, {}],
    ['the newest hundred of a long one', MINUTE, outage.ms, {}, 100, { expired: outage.fires - 100 }],
    ['a day back', 6 * HOUR, 10 * DAY, {}, 4, { expired: 36 }],
    ['latest: the newest', MINUTE, outage.ms, { catchUp: 'latest' }, 1, { 'catch-up': outage.fires - 1 }],
    ['latest: however old', 2 * DAY, 5 * DAY, { catchUp: 'latest' }, 1, { 'catch-up': 1 }],
    ['none: those of the last minute', 30 * SECOND, HOUR, { catchUp: 'none' }, 2, { 'catch-up': 118 }],
    ['all, but what has expired', MINUTE, 30 * MINUTE, { expireAfterMs: 5 * MINUTE }, 5, { expired: 25 }],
    ['latest, expired', HOUR, 90 * MINUTE, { catchUp: 'latest', expireAfterMs: MINUTE }, 0, { expired: 1 }],
    [
      'expiry counts from the latest start',
      MINUTE,
      HOUR,
      { expireAfterMs: MINUTE, jitterMs: 5 * MINUTE },
      6,
      { expired: 54 },
    ],
  ])('%s', (_, intervalMs, outageMs, options, made, skipped) => {
    const compiled = compileSchedule(every(intervalMs));
    const missed = planMissed(compiled, { watermark: now, now: now + outageMs + 1, limit: 10_000 }, options);
    expect(missed.made).toHaveLength(made);
    expect(Object.groupBy(missed.skipped, ({ reason }) => reason)).toEqual(
      Object.fromEntries(
        Object.entries(skipped).map(([reason, count]) => [reason, expect.objectContaining({ length: count })]),
      ),
    );
    expect(missed.upTo).toBeNull();
  });

  test('looking in parts says of each fire what looking at all at once says', () => {
    assert(
      property(
        constantFrom<ScheduleOptions>({}, { catchUp: 'latest' }, { catchUp: 'none' }, { expireAfterMs: HOUR }),
        integer({ min: 200, max: 2_000 }),
        integer({ min: 1, max: 9_000 }),
        integer({ min: 1, max: 60 }).map((seconds) => seconds * SECOND),
        (options, limit, fires, intervalMs) => {
          const compiled = compileSchedule(every(intervalMs));
          const at = now + fires * intervalMs;
          const whole = planMissed(compiled, { watermark: now, now: at, limit: 10_000 }, options);
          const parts = { made: [] as number[], skipped: [] as unknown[] };
          for (let watermark: number | null = now; watermark !== null; ) {
            const part = planMissed(compiled, { watermark, now: at, limit }, options);
            parts.made.push(...part.made);
            parts.skipped.push(...part.skipped);
            expect(part.upTo ?? at).toBeGreaterThan(watermark);
            watermark = part.upTo;
          }
          expect(parts).toEqual({ made: whole.made, skipped: whole.skipped });
          expect(whole.made.length + whole.skipped.length).toBe(fires);
        },
      ),
      { numRuns: 60 },
    );
  });
});

test('looking when told keeps enough ahead, and makes each fire once', () => {
  assert(
    property(
      integer({ min: 1, max: 40 * 86_400 }).map((seconds) => seconds * SECOND),
      constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
      integer({ min: 0, max: 30 * 86_400 }).map((seconds) => now + seconds * SECOND),
      (intervalMs, timezone, start) => {
        const schedule = every(intervalMs, timezone);
        let { ahead, watermark, topUpAt } = plan(schedule, start, start);
        const made = [...ahead];
        for (let look = 0; look < 20 && topUpAt !== null; look++) {
          const at: number = topUpAt;
          const due = made.filter((fire) => fire > at - 1);
          const horizon = at - 1 + 100 * DAY;
          // Just before the look: three and an hour are ahead, or all that may be, less the room that a look waits for.
          const enough = due.length >= 90 || (due.length >= 3 && (due.at(-1) ?? 0) > at + HOUR - intervalMs - 1);
          const all = plan(schedule, watermark, at - 1).ahead.filter((fire) => fire <= horizon).length === 0;
          expect(enough || all || intervalMs >= 30 * DAY).toBe(true);
          ({ ahead, watermark, topUpAt } = plan(schedule, watermark, at));
          made.push(...ahead);
          expect(topUpAt).toBeGreaterThan(at);
          expect(made.filter((fire) => fire > at).length).toBeLessThanOrEqual(100);
        }
        expect(made).toEqual([...new Set(made)].sort((a, b) => a - b));
      },
    ),
    { numRuns: 60 },
  );
});

test('a schedule that cannot fire is an answer, given once for all that are the same', () => {
  const planner = new FirePlanner(now);
  const broken = { ...every(HOUR, 'Nowhere/Else'), watermark: now };
  const first = planner.plan(broken, 200);
  expect(first).toBeInstanceOf(ScheduleError);
  expect(planner.plan({ ...broken, watermark: now - DAY }, 200)).toBe(first);
});
