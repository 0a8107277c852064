import type { Clock } from '@millrace/clock';
import type { BenchPostgres } from './postgres.ts';

/** What a leg found in the database after its clock had stopped. */
export type Rows = Readonly<Record<string, number>>;

/** What one leg measured in one round. */
export type Measured =
  | { readonly kind: 'times'; readonly samplesMs: readonly number[]; readonly rows: Rows }
  | { readonly kind: 'rate'; readonly count: number; readonly seconds: number; readonly rows: Rows };

/** One of the things that are measured in turn. */
export interface Leg {
  readonly name: string;
  /** Called once a round; warms up what it needs before it starts its clock. */
  run(): Promise<Measured>;
}

export type Measure = 'mean' | 'p50' | 'p90' | 'p99' | 'rate';

export interface Term {
  readonly leg: string;
  readonly measure: Measure;
}

export type Limit = { readonly atMost: number } | { readonly atLeast: number };

/**
 * A ratio, taken within each round; its median over the rounds is held against the limit, if there is one. Without `to`
 * it is the figure itself, for limits that were given in milliseconds or per second.
 */
export interface Comparison {
  readonly name: string;
  readonly of: Term;
  readonly to?: Term;
  readonly limit?: Limit;
}

export interface BenchContext {
  readonly postgres: BenchPostgres;
  /** What processes inherit. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For files; gone in the end. */
  readonly folder: string;
  readonly clock: Clock;
  /** Makes everything small, so that the harness itself can be tested; limits mean nothing then. */
  readonly tiny: boolean;
  /** Adds what takes minutes. */
  readonly long: boolean;
  /** Whether to find out where the time goes, at a little cost. */
  readonly profile: boolean;
  /** Says what takes time. */
  readonly progress: (line: string) => void;
}

/** A scenario with everything running. */
export interface OpenScenario extends AsyncDisposable {
  /** In the order in which a round plays them. */
  readonly legs: readonly Leg[];
  readonly comparisons: readonly Comparison[];
  /** What a reader must know of how it was measured. */
  readonly notes: readonly string[];
  /** Where the time goes, once the rounds are over. */
  profile?(): Promise<readonly string[]>;
}

export interface Scenario {
  readonly about: string;
  /** How many rounds unless told otherwise. */
  readonly rounds: number;
  open(context: BenchContext): Promise<OpenScenario>;
}
