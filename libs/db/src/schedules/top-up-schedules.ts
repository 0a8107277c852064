import { type Clock, newId } from '@millrace/clock';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import type { Signal } from '../signals/signals.ts';
import { lockDueSchedules } from './lock-schedules.ts';
import { materialiseFires } from './materialise-fires.ts';

export interface TopUp {
  /** How many schedules were looked at. */
  readonly schedules: number;
  /** Whether more may be due at once. */
  readonly isMoreDue: boolean;
  /** How many runs were made. */
  readonly count: number;
  /** To be published. */
  readonly signals: readonly Signal[];
}

/** Makes the coming runs of schedules that are due for it, at most `limit` of them. Any number may do so at once. */
export function topUpSchedules(
  database: Database,
  options: { readonly now: number; readonly limit: number; readonly newId: () => string },
): Promise<TopUp> {
  const { now, limit, newId } = options;
  return withTransaction(database, async (tx) => {
    const due = await lockDueSchedules(tx, toInstant(now), limit);
    const { count, signals, unfinished } = await materialiseFires(tx, due, { now, actor: 'scheduler', newId });
    const isMoreDue = due.length === limit || unfinished.length > 0;
    return { schedules: due.length, isMoreDue, count, signals };
  });
}

export interface TopUpOptions {
  readonly clock: Clock;
  /** Gets what is to be published of each transaction, after its commit. */
  readonly publish: (signals: readonly Signal[]) => void;
  /** Ends it after the transactions under way. */
  readonly signal: AbortSignal;
}

// What one transaction looks at: enough that what it costs by itself does not show, and over in a moment for who waits.
const batch = 500;
// One plans while others are at Postgres, which has more than one processor and waits for its disk at each commit.
const lanes = 3;

/** Tops up in batches until nothing is due. Gives how many runs were made. */
export async function topUpAllSchedules(database: Database, options: TopUpOptions): Promise<number> {
  const { clock, publish, signal } = options;
  let count = 0;
  const topUp = async () => {
    const made = await topUpSchedules(database, { now: clock.now(), limit: batch, newId: () => newId(clock) });
    count += made.count;
    publish(made.signals);
    return made.isMoreDue && !signal.aborted;
  };
  const lane = async () => {
    while (await topUp());
  };
  if (!(await topUp())) return count;
  // All of them have ended before this tells of an error.
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return count;
}

const findNext = statement<{ top_up_at: number }>(
  'find_next_top_up',
  'select top_up_at from millrace.schedule where top_up_at is not null order by top_up_at limit 1',
);

/** When the next schedule is due for topping up, epoch milliseconds; null: none is. */
export async function findNextTopUp(executor: Executor): Promise<number | null> {
  const [row] = await executor.run(findNext, []);
  return row?.top_up_at ?? null;
}
