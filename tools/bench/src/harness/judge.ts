import type { Round } from './play-rounds.ts';
import type { Comparison, Limit, Measured, Rows, Term } from './scenario.ts';
import { type RatioSummary, type Summary, summarise, summariseRatios } from './statistics.ts';

/** A leg over all rounds. */
export interface LegFigures {
  readonly name: string;
  /** Of all rounds' samples together; for legs that measure times. */
  readonly timesMs?: Summary;
  /** Of the rounds' rates; for legs that count. */
  readonly ratePerSecond?: RatioSummary;
  /** How many were measured, all rounds together. */
  readonly n: number;
  /** Counted after the clock had stopped, all rounds together. */
  readonly rows: Rows;
}

export interface Verdict {
  readonly name: string;
  readonly ratio: RatioSummary;
  readonly limit?: Limit;
  readonly holds: boolean;
}

export function figuresOf(name: string, rounds: readonly Round[]): LegFigures {
  const all = rounds.map((round) => measuredBy(name, round));
  const rows: Record<string, number> = {};
  for (const measured of all)
    for (const [what, count] of Object.entries(measured.rows)) rows[what] = (rows[what] ?? 0) + count;
  const samples = all.flatMap((measured) => (measured.kind === 'times' ? measured.samplesMs : []));
  if (samples.length > 0) return { name, timesMs: summarise(samples), n: samples.length, rows };
  const counted = all.flatMap((measured) => (measured.kind === 'rate' ? [measured] : []));
  const n = counted.reduce((sum, { count }) => sum + count, 0);
  return { name, ratePerSecond: summariseRatios(counted.map(({ count, seconds }) => count / seconds)), n, rows };
}

export function verdictOn({ name, of, to, limit }: Comparison, rounds: readonly Round[]): Verdict {
  const ratio = summariseRatios(rounds.map((round) => measuredValue(of, round) / (to ? measuredValue(to, round) : 1)));
  return { name, ratio, ...(limit && { limit }), holds: limit === undefined || isWithin(ratio.median, limit) };
}

export function isWithin(ratio: number, limit: Limit): boolean {
  return 'atMost' in limit ? ratio <= limit.atMost : ratio >= limit.atLeast;
}

function measuredValue({ leg, measure }: Term, round: Round): number {
  const measured = measuredBy(leg, round);
  if (measured.kind === 'rate' && measure === 'rate') return measured.count / measured.seconds;
  if (measured.kind === 'times' && measure !== 'rate') return summarise(measured.samplesMs)[measure];
  throw new TypeError(`${leg} has no ${measure}`);
}

function measuredBy(leg: string, { measured }: Round): Measured {
  const found = measured.get(leg);
  if (!found) throw new RangeError(`there is no leg ${leg}`);
  return found;
}
