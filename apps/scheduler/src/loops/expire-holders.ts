import { newId } from '@millrace/clock';
import { expireHolder, leaseMs, releaseForgotten } from '@millrace/db';
import type { Context } from '../context.ts';
import { type Loop, startLoop } from './loop.ts';

const EVERY_MS = 2_000;
// Looking for what was forgotten costs by the number of runs that are held.
const FORGOTTEN_EVERY_MS = 10_000;
// With what is left of a lease after it, a holder that renews every 5 s can still renew.
const LONGEST_STANDSTILL_MS = 10_000;

const ask = { name: 'ask', text: 'select' };

/**
 * Takes runs from holders whose lease ran out. Nobody is expired for the database's or the server's own absence: it waits
 * until renewals have been possible for a full lease, after the start, each failure, and each standstill.
 */
export function startExpireHolders({ database, signals, clock, log }: Context): Loop {
  let possibleSince = clock.now();
  let lookedAt = possibleSince;
  let releasedAt = Number.NEGATIVE_INFINITY;
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
      // Before the grace is judged: it fails, or hangs, while the database is away.
      await database.run(ask, []);
      if (clock.now() - releasedAt >= FORGOTTEN_EVERY_MS) {
        releasedAt = clock.now();
        signals.publish(await releaseForgotten(database, context()));
      }
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
