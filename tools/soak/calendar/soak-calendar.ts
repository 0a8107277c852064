import { virtualClock } from '@millrace/clock/virtual';
import type { ScheduleLife } from './diary.ts';
import { startCalendarInstallation } from './installation.ts';
import { judge } from './judge.ts';
import { readLedger } from './ledger.ts';
import { openOracle } from './oracle/intended-fires.ts';
import { type CalendarSize, drawPlan } from './plan.ts';
import { play } from './play.ts';
import { seededRandom } from './random.ts';
import { kindOf } from './timetable.ts';

export interface CalendarOptions extends CalendarSize {
  /** The same seed plays the same again. */
  readonly seed: number;
  /** An empty database with the product's tables. */
  readonly url: string;
  readonly stop: AbortSignal;
  readonly dayOver?: (days: number) => void;
}

export interface CalendarResult {
  /** Deployments, schedules by kind, and so on: a name and a number each. */
  readonly figures: readonly (readonly [string, number])[];
  /** How many fires were meant and looked for. */
  readonly compared: number;
  readonly problems: readonly string[];
}

/** Plays months of schedules on a virtual clock, and holds every fire against an oracle. */
export async function soakCalendar(options: CalendarOptions): Promise<CalendarResult> {
  const { seed, url, stop, dayOver = () => undefined } = options;
  const random = seededRandom(seed);
  const clock = virtualClock(options.start);
  const plan = drawPlan(options, random);
  await using installation = await startCalendarInstallation(url, clock);
  const played = await play(plan, { installation, clock, random, stop, dayOver });
  const lives = played.diary.lives();
  const waiting = new Map(lives.map((life) => [`${life.deployment}/${life.slug}`, life]));
  const oracle = openOracle();
  const problems = [...installation.failures()];
  const totals = { compared: 0, runs: 0 };
  await readLedger(installation.database, ({ deployment, slug }, rows) => {
    const name = `${deployment}/${slug}`;
    const life = waiting.get(name);
    waiting.delete(name);
    if (!life) return problems.push(`${name}: nobody made it`);
    const verdict = judge({ life, rows, oracle, outages: played.outages, now: clock.now() });
    problems.push(...verdict.problems);
    totals.compared += verdict.compared;
    totals.runs += verdict.runs;
  });
  for (const name of waiting.keys()) problems.push(`${name}: is gone`);
  const figures = [
    ...countAll(lives),
    ['fires compared', totals.compared],
    ['of them with a run', totals.runs],
    ['changes and switches', plan.acts.length - options.deployments],
    ['restarts of the schedulers', played.restarts],
    ['outages', played.outages.length - 1],
    ['steps of the clock', played.steps],
  ] as const;
  return { figures, compared: totals.compared, problems };
}

function countAll(lives: readonly ScheduleLife[]): (readonly [string, number])[] {
  const schedules = lives.flatMap(({ stretches }) => stretches.map(({ schedule }) => schedule));
  const kinds = Map.groupBy(new Set(schedules), kindOf);
  return [
    ['deployments', new Set(lives.map(({ deployment }) => deployment)).size],
    ['schedules', lives.length],
    ...[...kinds].sort().map(([kind, of]) => [`as they were: ${kind}`, of.length] as const),
    ['zones', new Set(schedules.map(({ timezone }) => timezone)).size],
  ];
}
