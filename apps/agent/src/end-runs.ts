import type { Clock } from '@millrace/clock';
import type { RunTable } from './run-table.ts';

/**
 * What becomes of running work when the agent is stopped: it may end within the grace period and is cancelled then
 * ("wait"), is cancelled at once ("cancel"), or goes on by itself ("leave").
 */
export type OnStop = 'wait' | 'cancel' | 'leave';

export interface EndRunsOptions {
  readonly clock: Clock;
  readonly onStop: OnStop;
  /** How long "wait" waits. */
  readonly graceMs: number;
}

// For what is left to be told. The server may be gone already; its leases then end what it does not hear of.
const tellingMs = 5_000;

/** Ends what the agent runs, in the way that `onStop` says. */
export async function endRuns(runs: RunTable, { clock, onStop, graceMs }: EndRunsOptions): Promise<void> {
  runs.close();
  if (onStop === 'wait') await within(clock, graceMs, runs.idle());
  if (onStop === 'leave') runs.leaveAll();
  else await runs.cancelAll();
  await within(clock, tellingMs, runs.idle());
}

async function within(clock: Clock, limitMs: number, promise: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([promise, clock.sleep(limitMs, over.signal)]);
  // Else the timer would outlive what it is for.
  over.abort();
}
