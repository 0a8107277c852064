import { sample } from 'fast-check';
import rrule from 'rrule';
import { RRuleTemporal } from 'rrule-temporal';
import { describe, expect, test } from 'vitest';
import { nextFires, ScheduleError } from '../src/index.ts';
import { type RuleQuestion, ruleQuestions } from './random-rrule.ts';

// Two other implementations, in UTC: `rrule`, which goes the way of dateutil, and `rrule-temporal`. Each of what they
// answer otherwise must be one of the `disagreements`; and where one of them differs the other nearly always agrees.
const rules = 1500;
const firesEach = 8;
const questions = sample(ruleQuestions, { numRuns: rules, seed: 2026 });

const stamp = (wall: number) => new Date(wall).toISOString().replace(/[-:]|\.000Z/g, '');
const iso = (fires: readonly number[]) => fires.map((fire) => new Date(fire).toISOString().slice(0, 19));

/** Null: it never fires. */
function ours({ start, rule, from }: RuleQuestion): number[] | null {
  const text = `DTSTART:${stamp(start)}\nRRULE:${rule}`;
  try {
    return nextFires({ spec: { kind: 'rrule', rrule: text }, timezone: 'UTC' }, { from, limit: firesEach });
  } catch (error) {
    if (error instanceof ScheduleError && error.description.startsWith('never fires')) return null;
    throw error;
  }
}

/** They are asked no further than our last fire, since they do not end by themselves; where we have none, for 20 years. */
function windowOf(question: RuleQuestion, fires: readonly number[]): [begin: Date, end: Date] {
  const end = fires.length === firesEach ? (fires.at(-1) ?? 0) : question.from + 20 * 366 * 86_400_000;
  return [new Date(question.from), new Date(Math.max(end, fires.at(-1) ?? 0))];
}

function byRRule(question: RuleQuestion, fires: readonly number[]): number[] {
  const set = rrule.rrulestr(`DTSTART:${stamp(question.start)}Z\nRRULE:${question.rule}`);
  const found: number[] = [];
  set.between(...windowOf(question, fires), true, (date) => {
    // It gives a time twice that two places of BYSETPOS pick.
    if (found.at(-1) !== date.getTime()) found.push(date.getTime());
    return found.length < firesEach;
  });
  return found.slice(0, firesEach);
}

function byTemporal(question: RuleQuestion, fires: readonly number[]): number[] | string {
  const rruleString = `DTSTART;TZID=UTC:${stamp(question.start)}\nRRULE:${question.rule}`;
  try {
    const found = new RRuleTemporal({ rruleString }).between(...windowOf(question, fires), true);
    return found.slice(0, firesEach).map((date) => date.epochMilliseconds);
  } catch (error) {
    return String(error);
  }
}

type Answer = number[] | string;

const givesUp = 'Error: Maximum iterations (10000) exceeded in all()';

interface Disagreement {
  readonly of: 'rrule' | 'rrule-temporal';
  readonly name: string;
  /** Whether it may be the reason for what they said about a rule. */
  readonly explains: (rule: string, theirs: Answer) => boolean;
  readonly example: { readonly start: string; readonly rule: string };
  readonly ours: readonly string[];
  readonly theirs: readonly string[] | string;
}

const has = (rule: string, ...parts: string[]) => parts.every((part) => rule.includes(part));

const disagreements: Disagreement[] = [
  {
    of: 'rrule',
    name: 'a time that two places of BYSETPOS pick is counted twice',
    explains: (rule) => has(rule, 'BYSETPOS', 'COUNT'),
    example: { start: '2024-01-01T00:00Z', rule: 'FREQ=DAILY;BYHOUR=9;BYSETPOS=-1,1;COUNT=4' },
    ours: ['2024-01-01T09', '2024-01-02T09', '2024-01-03T09', '2024-01-04T09'],
    theirs: ['2024-01-01T09', '2024-01-02T09'],
  },
  {
    of: 'rrule',
    name: 'a place of BYSETPOS before the first of the period picks the first',
    explains: (rule) => /BYSETPOS=-/.test(rule),
    example: { start: '2024-01-01T00:00Z', rule: 'FREQ=MONTHLY;BYMONTHDAY=30,31;BYSETPOS=-2;COUNT=3' },
    ours: ['2024-01-30T00', '2024-03-30T00', '2024-05-30T00'],
    theirs: ['2024-01-30T00', '2024-03-30T00', '2024-04-30T00'],
  },
  {
    of: 'rrule',
    name: 'of the week with the start, BYSETPOS sees only the days from the start on',
    explains: (rule) => has(rule, 'FREQ=WEEKLY', 'BYSETPOS'),
    example: { start: '2024-01-03T09:00Z', rule: 'FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1;COUNT=2' },
    ours: ['2024-01-08T09', '2024-01-15T09'],
    theirs: ['2024-01-05T09', '2024-01-08T09'],
  },
  {
    of: 'rrule-temporal',
    name: 'with BYWEEKNO it leaves other parts for days out',
    explains: (rule) => has(rule, 'FREQ=YEARLY', 'BYWEEKNO'),
    example: { start: '2024-01-01T09:00Z', rule: 'FREQ=YEARLY;BYWEEKNO=1;BYMONTHDAY=2;COUNT=2' },
    ours: ['2024-01-02T09', '2025-01-02T09'],
    theirs: ['2024-01-01T09', '2024-12-30T09'],
  },
  {
    of: 'rrule-temporal',
    name: 'with the nth weekdays of a year it leaves BYMONTHDAY out',
    explains: (rule) => has(rule, 'FREQ=YEARLY') && /BYDAY=-?\d/.test(rule),
    example: { start: '2024-01-01T09:00Z', rule: 'FREQ=YEARLY;BYMONTHDAY=17;BYDAY=3MO;COUNT=2' },
    ours: ['2028-01-17T09', '2033-01-17T09'],
    theirs: ['2024-01-15T09', '2025-01-20T09'],
  },
  {
    of: 'rrule-temporal',
    name: 'with BYYEARDAY and BYSETPOS it leaves other parts for days out',
    explains: (rule) => has(rule, 'FREQ=YEARLY', 'BYYEARDAY', 'BYSETPOS'),
    example: { start: '2024-01-01T09:00Z', rule: 'FREQ=YEARLY;BYYEARDAY=4;BYDAY=MO;BYSETPOS=1;COUNT=2' },
    ours: ['2027-01-04T09', '2038-01-04T09'],
    theirs: ['2024-01-04T09', '2025-01-04T09'],
  },
  {
    of: 'rrule-temporal',
    name: 'it gives up where fires are far apart',
    explains: (_, theirs) => String(theirs).includes(givesUp),
    example: {
      start: '2012-08-23T09:00Z',
      rule: 'FREQ=DAILY;INTERVAL=5;BYMONTH=11;BYMONTHDAY=-10;BYDAY=FR;BYSETPOS=-1;COUNT=28',
    },
    ours: [2014, 2053, 2092, 2138, 2177, 2200, 2223, 2262].map((year) => `${year}-11-21T09`),
    theirs: givesUp,
  },
];

describe('recurrence rules and other implementations', () => {
  test.each(disagreements)('where they differ: $of: $name', ({ of, example, ours: said, theirs }) => {
    const start = Date.parse(example.start);
    const question = { start, rule: example.rule, from: start };
    const fires = ours(question) ?? [];
    const answer = of === 'rrule' ? byRRule(question, fires) : byTemporal(question, fires);
    const hours = (list: readonly number[]) => iso(list).map((text) => text.slice(0, 13));
    expect(hours(fires)).toEqual(said);
    expect(typeof answer === 'string' ? answer : hours(answer)).toEqual(theirs);
  });

  test(`${rules} rules fire as at least one of them says`, () => {
    const unexplained: unknown[] = [];
    const counts = { never: 0, compared: 0, fires: 0, rrule: 0, 'rrule-temporal': 0, both: 0 };
    for (const question of questions) {
      const fires = ours(question);
      if (!fires) {
        counts.never++;
        continue;
      }
      counts.compared++;
      counts.fires += fires.length;
      const answers: [Disagreement['of'], Answer][] = [['rrule-temporal', byTemporal(question, fires)]];
      // By minutes and seconds it searches without an end where weekdays are named.
      if (!/MINUTELY|SECONDLY/.test(question.rule)) answers.push(['rrule', byRRule(question, fires)]);
      const differing = answers.filter(([, answer]) => JSON.stringify(answer) !== JSON.stringify(fires));
      if (differing.length === 2) counts.both++;
      for (const [of, answer] of differing) {
        counts[of]++;
        const reason = disagreements.find((known) => known.of === of && known.explains(question.rule, answer));
        const shown = typeof answer === 'string' ? answer : iso(answer);
        if (!reason)
          unexplained.push({ of, start: stamp(question.start), rule: question.rule, ours: iso(fires), shown });
      }
    }
    console.log('rules compared, and where each of the others differs:', counts);
    expect(unexplained).toEqual([]);
    expect(counts.both).toBeLessThan(5);
    expect(counts.compared).toBeGreaterThan(900);
  });
});
