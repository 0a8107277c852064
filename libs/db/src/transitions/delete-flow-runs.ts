import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { releaseGates } from '../gates/release-gates.ts';
import { keepQueueFilters } from '../queues/queue-entries.ts';

// Locked first: a run that is being claimed is not deleted, and one that is deleted can't be claimed.
const lock = statement<{ id: string }>(
  'lock_unstarted_flow_runs',
  `select id from millrace.flow_run
   where id = any($1::uuid[]) and state_type = 'SCHEDULED' and run_count = 0 and holder_id is null
   order by id for update`,
);
const deleteEntries = statement(
  'delete_unstarted_entries',
  'delete from millrace.queue_entry where flow_run_id = any($1::uuid[])',
);
const deleteStates = statement(
  'delete_unstarted_states',
  'delete from millrace.flow_run_state where flow_run_id = any($1::uuid[])',
);
const deleteRuns = statement('delete_unstarted_runs', 'delete from millrace.flow_run where id = any($1::uuid[])');

// For watchers that were not connected just then.
const recordDeletion = statement(
  'record_flow_run_deletion',
  'insert into millrace.flow_run_deletion (id, received, flow_run_ids) values ($1, $2, $3)',
);
// Skipping what another transaction is about to forget.
const forgetDeletions = statement(
  'forget_flow_run_deletions',
  `delete from millrace.flow_run_deletion where id in (
     select id from millrace.flow_run_deletion where received < $1 order by id for update skip locked)`,
);

// Twice as long as a watcher's cursor is good for.
const rememberedMs = 2 * 3_600_000;

/** Deletes those of the runs that are SCHEDULED, never ran and are held by nobody; gives the ids that went. */
export async function deleteUnstartedFlowRuns(
  executor: Executor,
  ids: readonly string[],
  context: { readonly now: number; readonly newId: () => string },
): Promise<string[]> {
  // A queue that is being made has entries for them that are not to be seen here yet.
  await keepQueueFilters(executor);
  const gone = (await executor.run(lock, [ids])).map((row) => row.id);
  if (gone.length === 0) return [];
  // Before their entries go: who ends meanwhile may just be handing one of them the gate, with new entries. Who waits behind
  // one of them is found by its queue's poll.
  await releaseGates(executor, gone);
  await Promise.all([
    executor.run(deleteEntries, [gone]),
    executor.run(deleteStates, [gone]),
    executor.run(deleteRuns, [gone]),
    executor.run(recordDeletion, [context.newId(), toInstant(context.now), gone]),
    executor.run(forgetDeletions, [toInstant(context.now - rememberedMs)]),
  ]);
  return gone;
}
