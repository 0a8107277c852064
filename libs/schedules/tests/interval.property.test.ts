/// <reference lib="esnext.temporal" />
import { assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { nextFires } from '../src/index.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const from = Date.UTC(1990, 0, 1);
const until = Date.UTC(2040, 0, 1);

const zones = constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'America/Sao_Paulo',
);
const instants = integer({ min: from / SECOND, max: until / SECOND }).map((seconds) => seconds * SECOND);
const schedules = record({
  timezone: zones,
  spec: record({
    kind: constantFrom('interval' as const),
    intervalMs: oneof(
      integer({ min: 1, max: 86_399 }),
      integer({ min: 86_400, max: 40 * 86_400 }),
      integer({ min: 1, max: 40 }).map((days) => days * 86_400),
    ).map((seconds) => seconds * SECOND),
    anchorMs: oneof(instants, constantFrom(null)),
  }),
});

test('fires are strictly increasing and within the window', () => {
  assert(
    property(schedules, instants, (schedule, begin) => {
      const end = begin + 400 * DAY;
      const fires = nextFires(schedule, { from: begin, until: end, limit: 500 });
      for (const [index, fire] of fires.entries()) {
        expect(fire).toBeGreaterThan(fires[index - 1] ?? begin - 1);
        expect(fire).toBeLessThanOrEqual(end);
      }
    }),
  );
});

test('any start gives the same tail', () => {
  assert(
    property(
      schedules,
      instants,
      integer({ min: 0, max: 60 }),
      integer({ min: 0, max: 1 }),
      (schedule, begin, skip, past) => {
        const fires = nextFires(schedule, { from: begin, limit: 100 });
        const restart = fires[skip];
        if (restart === undefined) return;
        // From a fire that fire is the first; from just after it, the one that follows.
        expect(nextFires(schedule, { from: restart + past, limit: 100 - skip - past })).toEqual(
          fires.slice(skip + past),
        );
      },
    ),
  );
});

test('an interval of whole days keeps the wall-clock time, but where a gap swallowed it', () => {
  assert(
    property(
      record({ timezone: zones, days: integer({ min: 1, max: 30 }), anchorMs: instants, begin: instants }),
      ({ timezone, days, anchorMs, begin }) => {
        const schedule = { timezone, spec: { kind: 'interval' as const, intervalMs: days * DAY, anchorMs } };
        const zoned = (instant: number) => Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
        const anchor = zoned(anchorMs).toPlainDateTime();
        for (const fire of nextFires(schedule, { from: begin, limit: 40 })) {
          const shown = zoned(fire).toPlainDateTime();
          const between = Math.round(
            anchor.toPlainDate().until(shown.toPlainDate(), { largestUnit: 'day' }).days / days,
          );
          const wanted = anchor.add({ days: between * days });
          if (shown.equals(wanted)) {
            // The first time that the clock shows it.
            expect(wanted.toZonedDateTime(timezone, { disambiguation: 'earlier' }).epochMilliseconds).toBe(fire);
          } else {
            const jump = zoned(fire - 1).getTimeZoneTransition('next');
            expect(jump?.epochMilliseconds).toBe(fire);
          }
        }
      },
    ),
  );
});

test('a shorter interval is elapsed time', () => {
  assert(
    property(schedules, instants, (schedule, begin) => {
      if (schedule.spec.intervalMs >= DAY) return;
      const fires = nextFires(schedule, { from: begin, limit: 50 });
      for (const [index, fire] of fires.entries())
        expect(fire - (fires[index - 1] ?? fire - schedule.spec.intervalMs)).toBe(schedule.spec.intervalMs);
      expect((fires[0] ?? 0) - begin).toBeLessThan(schedule.spec.intervalMs);
    }),
  );
});
