import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges } from './apply-changes.ts';
import type { ChangeContext } from './change-flow-run.ts';
import { type FlowRunRow, imageColumns, type LockedFlowRun, lockedFlowRun } from './flow-run-row.ts';
import { skipFlowRun } from './skip-flow-run.ts';
import { tooLate } from './skip-reason.ts';

const lock = statement<FlowRunRow>(
  'lock_expired_flow_runs',
  `select ${imageColumns} from millrace.flow_run r
   where r.id = any(array(select e.id from millrace.flow_run e where e.expires_at < $1 order by e.expires_at limit $2))
     and r.expires_at < $1
   order by r.id for no key update skip locked`,
);

/** Locks at most `limit` runs that have expired by now, those left out that somebody else has. */
export async function lockExpiredFlowRuns(executor: Executor, now: number, limit: number): Promise<LockedFlowRun[]> {
  return (await executor.run(lock, [toInstant(now), limit])).map(lockedFlowRun);
}

/** Skips runs that nobody took in the time that their schedules gave them; at most `limit` of them. */
export function expireFlowRuns(
  database: Database,
  { limit, ...context }: ChangeContext & { readonly limit: number },
): Promise<{ count: number; signals: Signal[] }> {
  return withTransaction(database, async (tx) => {
    const runs = await lockExpiredFlowRuns(tx, context.now, limit);
    const changes = runs.flatMap((run) => skipFlowRun(run, tooLate(run.heldTo.catchUp), context) ?? []);
    return { count: changes.length, signals: await applyChanges(tx, changes, context.now) };
  });
}
