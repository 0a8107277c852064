import { CronExpressionParser } from 'cron-parser';
import { Cron } from 'croner';
import { sample } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextFires, ScheduleError } from '../src/index.ts';
import { type CronQuestion, cronQuestions } from './random-cron.ts';

// Other implementations, in UTC. What they answer otherwise is told in `disagreements`, one by one.
const expressions = 1500;
const firesEach = 12;
const questions = sample(cronQuestions, { numRuns: expressions, seed: 2026 });

const iso = (fires: readonly number[]) => fires.map((fire) => new Date(fire).toISOString().slice(0, 16)).join(' ');

function ours({ fields, second, dayOr, from }: CronQuestion): number[] {
  const cron = [...fields, ...(second === null ? [] : [second])].join(' ');
  try {
    return nextFires({ spec: { kind: 'cron', cron, dayOr }, timezone: 'UTC' }, { from, limit: firesEach });
  } catch (error) {
    if (error instanceof ScheduleError && error.description.startsWith('never fires')) return [];
    throw error;
  }
}

/** Their seconds come first, and a window's beginning is not in it. */
const theirText = ({ fields, second }: CronQuestion) => [...(second === null ? [] : [second]), ...fields].join(' ');
const before = ({ from }: CronQuestion) => new Date(from - 1000);

function croner(question: CronQuestion, domAndDow: boolean): number[] {
  const cron = new Cron(theirText(question), { timezone: 'UTC', domAndDow });
  return cron.nextRuns(firesEach, before(question)).map((date) => date.getTime());
}

function cronParser(question: CronQuestion): number[] {
  const options = { tz: 'UTC', currentDate: before(question) };
  return CronExpressionParser.parse(theirText(question), options)
    .take(firesEach)
    .map((date) => date.getTime());
}

const hasOpenStep = ({ fields }: CronQuestion) => fields[2].startsWith('*/') || fields[4].startsWith('*/');

interface Disagreement {
  readonly name: string;
  readonly example: Pick<CronQuestion, 'fields'>;
  readonly ours: string;
  readonly theirs: (question: CronQuestion) => unknown;
  readonly saidByThem: string;
}

const disagreements: Disagreement[] = [
  {
    name: 'a day field that begins with "*/" is open, as in the cron of Vixie: both days must match. croner: either',
    example: { fields: ['0', '0', '*/2', '*', 'MON'] },
    ours: '2022-01-03T00:00 2022-01-17T00:00 2022-01-31T00:00',
    theirs: (question) => iso(croner(question, false).slice(0, 3)),
    saidByThem: '2022-01-01T00:00 2022-01-03T00:00 2022-01-05T00:00',
  },
  {
    name: 'the same in cron-parser: either',
    example: { fields: ['0', '0', '*/2', '*', 'MON'] },
    ours: '2022-01-03T00:00 2022-01-17T00:00 2022-01-31T00:00',
    theirs: (question) => iso(cronParser(question).slice(0, 3)),
    saidByThem: '2022-01-01T00:00 2022-01-03T00:00 2022-01-05T00:00',
  },
  {
    name: 'cron-parser refuses a value that is named twice',
    example: { fields: ['0', '1-3,2', '1', '*', '*'] },
    ours: '2022-01-01T01:00 2022-01-01T02:00 2022-01-01T03:00',
    theirs: (question) => refusal(() => cronParser(question)),
    saidByThem: 'duplicate values found',
  },
  {
    name: 'cron-parser has its own words for some days that never come; for us, the comparison takes it as no fires',
    example: { fields: ['0', '0', '31', 'FEB', '*'] },
    ours: '',
    theirs: (question) => refusal(() => cronParser(question)),
    saidByThem: 'Invalid explicit day of month definition',
  },
];

function refusal(parse: () => unknown): string {
  try {
    return String(parse());
  } catch (error) {
    return String(error);
  }
}

describe('cron expressions and other implementations', () => {
  test.each(disagreements)('where they differ: $name', ({ example, ours: said, theirs, saidByThem }) => {
    const question = { ...example, second: null, dayOr: true, from: Date.UTC(2022, 0, 1) };
    expect(iso(ours(question).slice(0, 3))).toBe(said);
    expect(theirs(question)).toContain(saidByThem);
  });

  test(`${expressions} expressions fire as croner says`, () => {
    let compared = 0;
    let withOpenStep = 0;
    for (const question of questions) {
      // What they take as "either" is asked of them as "both".
      const isBoth = !question.dayOr || hasOpenStep(question);
      if (hasOpenStep(question) && question.dayOr) withOpenStep++;
      const fires = ours(question);
      expect(fires, theirText(question)).toEqual(croner(question, isBoth));
      compared += fires.length;
    }
    console.log(`croner: ${expressions} expressions, ${compared} fires alike; ${withOpenStep} asked as "both"`);
    expect(compared).toBeGreaterThan(10_000);
  });

  test('and as cron-parser says, as far as it reads them', () => {
    let compared = 0;
    let read = 0;
    const unread = new Map<string, number>();
    for (const question of questions) {
      if (!question.dayOr || hasOpenStep(question)) continue;
      let theirs: number[];
      try {
        theirs = cronParser(question);
      } catch (error) {
        const why = /duplicate values|Invalid explicit day of month/.exec(String(error))?.[0] ?? String(error);
        unread.set(why, (unread.get(why) ?? 0) + 1);
        continue;
      }
      const fires = ours(question);
      expect(fires, theirText(question)).toEqual(theirs);
      read++;
      compared += fires.length;
    }
    console.log(`cron-parser: ${read} expressions, ${compared} fires alike; not read:`, Object.fromEntries(unread));
    const explained = ['duplicate values', 'Invalid explicit day of month'];
    expect([...unread.keys()].filter((why) => !explained.includes(why))).toEqual([]);
    expect(compared).toBeGreaterThan(2000);
  });
});
