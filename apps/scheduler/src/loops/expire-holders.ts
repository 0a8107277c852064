import { newId } from '@millrace/clock';
import { expireHolder, leaseMs, releaseForgotten } from '@millrace/db';
import type { Context } from '../context.ts';
import { startLoop } from './loop.ts';

const EVERY_MS = 2_000;
// With what is left of a lease after it, a holder that renews every 5 s can still renew.
const LONGEST_STANDSTILL_MS = 10_000;

/**
 * Takes runs from holders whose lease ran out. Nobody is expired for the database's or the server's own absence: it waits
 * until renewals have been possible for a full lease, after the start, each failure, and each standstill.
 */
export function startExpireHolders({ database, signals, clock, log }: Context): AsyncDisposable {
  let possibleSince = clock.now();
  let lookedAt = possibleSince;
  const renewalsWerePossible = () => {
    const now = clock.now();
    // A machine that slept, a database that hung: who waited with us could not renew either.
    if (now - lookedAt > LONGEST_STANDSTILL_MS) possibleSince = now;
    lookedAt = now;
    return now - possibleSince >= leaseMs;
  };
  const actor = 'scheduler';
  const context = () => ({ now: clock.now(), actor, newId: () => newId(clock) });
  const pass = async (stopped: AbortSignal) => {
    try {
      // Asked before the grace is judged: it fails while the database is away.
      signals.publish(await releaseForgotten(database, context()));
      while (!stopped.aborted && renewalsWerePossible()) {
        const expired = await expireHolder(database, context());
        if (!expired) return;
        signals.publish(expired.signals);
        // One that ended in good order holds nothing any more.
        const level = expired.runs > 0 ? 'warn' : 'debug';
        log[level]({ holder: expired.holder, runs: expired.runs }, 'a lease ran out');
      }
    } catch (error) {
      possibleSince = clock.now();
      throw error;
    }
  };
  return startLoop({ name: 'expire-holders', clock, log, everyMs: EVERY_MS, pass });
}
