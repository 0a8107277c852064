import type { Clock } from '@millrace/clock';

/** What a soak is given. */
export interface SoakContext {
  readonly args: readonly string[];
  readonly clock: Clock;
  /** Ends everything early. */
  readonly stop: AbortSignal;
  readonly print: (line: string) => void;
}

/** Runs to its end and gives the exit code. */
export type Soak = (context: SoakContext) => Promise<number>;
