import { compileSchedule } from '@millrace/schedules';
import { CronExpressionParser } from 'cron-parser';
import type { Leg, Measured } from '../harness/scenario.ts';

export interface FiresLegsOptions {
  readonly ours: string;
  readonly theirs: string;
  /** How often we go through the year; the other side goes once. */
  readonly times: number;
}

const timezone = 'Europe/Berlin';
/** One that fires through the working day, one that fires once a day. */
export const expressions: readonly string[] = ['*/15 9-17 * * MON-FRI', '30 6 * * *'];
const from = Date.UTC(2026, 0, 1);
const until = Date.UTC(2027, 0, 1);

/** The fires of a year in a zone that changes its clocks, each asked for by itself, the expressions read anew each time. */
export function firesLegs({ ours, theirs, times }: FiresLegsOptions): Leg[] {
  return [
    { name: ours, run: async () => measure(readOurs, times) },
    { name: theirs, run: async () => measure(readTheirs, 1) },
  ];
}

type Read = (cron: string, see: (fire: number) => void) => void;

function measure(read: Read, times: number): Measured {
  // Warm: both are compiled by then.
  for (const cron of expressions) read(cron, () => undefined);
  let count = 0;
  let sum = 0;
  const see = (fire: number) => {
    count += 1;
    sum += fire - from;
  };
  const began = process.hrtime.bigint();
  for (let time = 0; time < times; time++) for (const cron of expressions) read(cron, see);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  // Both must have found the same, or they did not do the same.
  return {
    kind: 'rate',
    count,
    seconds,
    rows: { fires: count / times, 'hours from the start on average': Math.round(sum / count / 3_600_000) },
  };
}

function readOurs(cron: string, see: (fire: number) => void): void {
  const next = compileSchedule({ spec: { kind: 'cron', cron, dayOr: true }, timezone }).fires(from);
  for (let fire = next(); fire < until; fire = next()) see(fire);
}

function readTheirs(cron: string, see: (fire: number) => void): void {
  // It gives what comes after the date.
  const parsed = CronExpressionParser.parse(cron, { tz: timezone, currentDate: new Date(from - 1) });
  for (let fire = parsed.next().getTime(); fire < until; fire = parsed.next().getTime()) see(fire);
}
