import { newId } from '@millrace/clock';
import { expireHolder, leaseMs, releaseForgotten } from '@millrace/db';
import type { Context } from '../context.ts';
import { startLoop } from './loop.ts';

const EVERY_MS = 2_000;

/**
 * Takes runs from holders whose lease ran out. Nobody is expired for the database's or the server's own absence: it waits
 * until renewals have been possible for a full lease, after the start and after each failure.
 */
export function startExpireHolders({ database, signals, clock, log }: Context): AsyncDisposable {
  let possibleSince = clock.now();
  const actor = 'scheduler';
  const context = () => ({ now: clock.now(), actor, newId: () => newId(clock) });
  const pass = async (stopped: AbortSignal) => {
    try {
      // Asked before the grace is judged: it fails while the database is away.
      signals.publish(await releaseForgotten(database, context()));
      if (clock.now() - possibleSince < leaseMs) return;
      while (!stopped.aborted) {
        const expired = await expireHolder(database, context());
        if (!expired) return;
        signals.publish(expired.signals);
        log.warn({ holder: expired.holder, runs: expired.runs }, 'a holder was lost');
      }
    } catch (error) {
      possibleSince = clock.now();
      throw error;
    }
  };
  return startLoop({ name: 'expire-holders', clock, log, everyMs: EVERY_MS, pass });
}
