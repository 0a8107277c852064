import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/calendar.ts';
import { nextFires, ScheduleError } from '../src/index.ts';
import { datePeriods } from '../src/rrule/date-periods.ts';
import { fillRule } from '../src/rrule/full-rule.ts';
import { momentPeriods } from '../src/rrule/moment-periods.ts';
import { parseRRule } from '../src/rrule/parse-rrule.ts';
import { ruleDays } from '../src/rrule/rule-days.ts';

// Nobody may keep a server busy with a rule, be it one that never fires. What a search costs is how often it asks for the
// next day that matches: it is counted here, for rules that are made to be hard.
const mostLooks = 500_000;

const units = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY', 'MINUTELY', 'SECONDLY'];
const filters = [
  'BYMONTH=2',
  'BYMONTHDAY=29',
  'BYMONTHDAY=31',
  'BYDAY=TU',
  'BYHOUR=0',
  'BYHOUR=3,4',
  'BYMINUTE=0',
  'BYMINUTE=5',
  'BYSECOND=0',
  'BYSECOND=30',
  'BYSETPOS=2',
  'BYSETPOS=-300',
  'BYYEARDAY=366',
  'COUNT=100000',
  'UNTIL=20261231',
];
const intervals = oneof(
  constantFrom(1, 2, 7, 60, 61, 420, 3600, 3601, 25_200, 43_200, 86_399, 86_400, 604_800, 1_000_003, 999_999_937),
  integer({ min: 1, max: 1_000_000_000 }),
);
const rules = record({
  unit: constantFrom(...units),
  interval: intervals,
  parts: array(constantFrom(...filters), { maxLength: 6 }),
  second: integer({ min: 1, max: 9 }),
});

/** How often the search for a rule's first period asks for a day. */
function looksOf(text: string): number {
  const { rule, start } = parseRRule(text, 'UTC');
  const full = fillRule(rule, start?.wall ?? 0);
  const days = ruleDays(full);
  let looks = 0;
  const counting = {
    next(day: number) {
      looks++;
      return days.next(day);
    },
  };
  const unit = { HOURLY: HOUR_MS, MINUTELY: MINUTE_MS, SECONDLY: SECOND_MS }[rule.frequency as string];
  const periods = unit ? momentPeriods({ rule: full, days: counting, unit }) : datePeriods(full, counting);
  periods.next(periods.at(full.start));
  return looks;
}

test('no rule searches for long, whether it ever fires or not', () => {
  const found = { fires: 0, refused: 0, mostLooks: 0 };
  assert(
    property(rules, ({ unit, interval, parts, second }) => {
      const text = `DTSTART:2020010${second}T00000${second}\nRRULE:${[`FREQ=${unit}`, `INTERVAL=${interval}`, ...new Set(parts)].join(';')}`;
      const schedule = { spec: { kind: 'rrule' as const, rrule: text }, timezone: 'America/New_York' };
      try {
        nextFires(schedule, { from: Date.UTC(2060, 0, 1), limit: 3 });
        found.fires++;
        found.mostLooks = Math.max(found.mostLooks, looksOf(text));
      } catch (error) {
        if (!(error instanceof ScheduleError)) throw error;
        found.refused++;
        if (!error.description.startsWith('never fires')) return;
        found.mostLooks = Math.max(found.mostLooks, looksOf(text));
      }
      expect(found.mostLooks, text).toBeLessThan(mostLooks);
    }),
    { numRuns: 1000, seed: 2026 },
  );
  console.log('rules made to be hard:', found);
  expect(found.fires).toBeGreaterThan(300);
});
