import { type Clock, newId } from '@millrace/clock';
import {
  type ClaimedRun,
  claimFlowRuns,
  type Database,
  dedicatedConnection,
  findNextDue,
  type Signals,
} from '@millrace/db';

/** What a claim gave, and when to try again. */
export interface Claim {
  readonly claimed: readonly ClaimedRun[];
  /** Until when there is no use in claiming again unless a signal comes, epoch ms; undefined if there is at once. */
  readonly idleUntil: number | undefined;
  /** Whether claiming again at once may give more. */
  readonly again: boolean;
}

/** Claims for all streams of this process, one after the other: they would only pass over each other's locks. */
export interface Claimer extends AsyncDisposable {
  claim(queueIds: readonly string[], holderId: string, limit: number): Promise<Claim>;
}

export interface ClaimerOptions {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
}

export function openClaimer({ database, signals, clock }: ClaimerOptions): Claimer {
  const connection = dedicatedConnection(database, 'millrace claims');
  let last: Promise<unknown> = Promise.resolve();
  const claim = async (queueIds: readonly string[], holderId: string, limit: number): Promise<Claim> => {
    const now = clock.now();
    const options = { queueIds, holderId, limit, now, actor: 'scheduler', newId: () => newId(clock) };
    const result = await connection.transaction(async (executor) => {
      const [given, nextDue] = await Promise.all([
        claimFlowRuns(executor, options),
        findNextDue(executor, queueIds, now),
      ]);
      return { ...given, nextDue };
    });
    signals.publish(result.signals);
    const idleUntil = result.drained ? (result.nextDue ?? Number.POSITIVE_INFINITY) : undefined;
    return { claimed: result.claimed, idleUntil, again: result.again };
  };
  return {
    claim(queueIds, holderId, limit) {
      const next = last.then(() => claim(queueIds, holderId, limit));
      last = next.catch(() => undefined);
      return next;
    },
    async [Symbol.asyncDispose]() {
      await last;
      await connection[Symbol.asyncDispose]();
    },
  };
}
