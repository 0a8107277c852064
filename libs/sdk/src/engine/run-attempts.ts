import type { Clock } from '@millrace/clock';
import type { Attempted } from './attempt.ts';
import type { Infrastructure, Link } from './link.ts';
import type { RunLog } from './run-log.ts';
import { settleState } from './settle-state.ts';

/** What {@link runAttempts} needs. */
export interface AttemptsOptions {
  readonly clock: Clock;
  readonly link: Link;
  readonly log: RunLog;
  /** Said with RUNNING. */
  readonly infrastructure: Infrastructure;
  /** The number of the first attempt, from 1. */
  readonly first: number;
  /** Whether the first one is RUNNING already. */
  readonly isBegun: boolean;
  /** Makes one, once RUNNING was accepted. Never rejects. */
  readonly attempt: (number: number) => Promise<Attempted>;
}

/**
 * Takes a run from PENDING to its end, over all attempts that this process may make. Gives the last one; undefined where the
 * server let none begin.
 */
export async function runAttempts(options: AttemptsOptions): Promise<Attempted | undefined> {
  const { clock, link, log, infrastructure } = options;
  let last: Attempted | undefined;
  let isBegun = options.isBegun;
  for (let number = options.first; ; ) {
    const running = () => ({ type: 'RUNNING', timestamp: clock.now() }) as const;
    const entered = isBegun ? 'written' : await settleState(clock, link, { state: running, infrastructure });
    isBegun = false;
    if (entered === 'over') return last;
    if (entered === 'try again') continue;
    const attempted = await options.attempt(number);
    last = attempted;
    // The last words are stored before the last state, so that whoever sees the state can read them.
    await log.flush();
    const ended = await settleState(clock, link, { state: () => attempted.state });
    // Where the server would have it in place all the same, the run is lost with this process, and queued for that.
    if (attempted.state.type === 'CRASHED' || ended !== 'try again' || attempted.state.endsProcess) return last;
    number += 1;
  }
}
