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

const findNext = statement<{ top_up_at: number }>(
  'find_next_top_up',
  'select top_up_at from millrace.schedule where top_up_at is not null order by top_up_at limit 1',
);

/** When the next schedule is due for topping up, epoch milliseconds; null: none is. */
export async function findNextTopUp(executor: Executor): Promise<number | null> {
  const [row] = await executor.run(findNext, []);
  return row?.top_up_at ?? null;
}
