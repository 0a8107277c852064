import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges } from './apply-changes.ts';
import { type ChangeContext, changeFlowRun } from './change-flow-run.ts';
import { type FlowRunRow, imageColumns, type LockedFlowRun, lockedFlowRun } from './flow-run-row.ts';

/** A run is late when it still waits so long after its time. */
export const lateAfterMs = 5_000;

const lock = statement<FlowRunRow>(
  'lock_late_flow_runs',
  `select ${imageColumns} from millrace.flow_run r
   where r.id = any(array(select l.id from millrace.flow_run l where l.late_from <= $1 order by l.late_from limit $2))
     and r.late_from <= $1
   order by r.id for no key update skip locked`,
);

/** Locks at most `limit` runs that have been late since an instant or longer, those left out that somebody else has. */
export async function lockLateFlowRuns(executor: Executor, since: number, limit: number): Promise<LockedFlowRun[]> {
  return (await executor.run(lock, [toInstant(since), limit])).map(lockedFlowRun);
}

/** Names runs Late whose time has come without that anybody took them; at most `limit` of them, each once. */
export function markLateFlowRuns(
  database: Database,
  { limit, ...context }: ChangeContext & { readonly limit: number },
): Promise<{ count: number; signals: Signal[] }> {
  return withTransaction(database, async (tx) => {
    const runs = await lockLateFlowRuns(tx, context.now - lateAfterMs, limit);
    const changes = runs.flatMap((run) => {
      const scheduledTime = run.image.state.scheduledTime ?? context.now;
      const state = { type: 'SCHEDULED', name: 'Late', message: run.image.state.message, scheduledTime } as const;
      const by = { kind: 'operator' } as const;
      const proposal = { by, state, actor: context.actor, requestId: null, infrastructure: {} };
      return changeFlowRun(run, undefined, proposal, context).change ?? [];
    });
    return { count: changes.length, signals: await applyChanges(tx, changes, context.now) };
  });
}
