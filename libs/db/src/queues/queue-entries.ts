import { type Executor, statement } from '../connection/statement.ts';

/**
 * Taken shared by whoever adds entries for runs, exclusively by whoever adds or changes a queue: otherwise a run made
 * while a queue is made could be missed by both. A statement of its own, before the one that reads the queues.
 */
const lockShared = statement(
  'lock_queues_shared',
  `select pg_advisory_xact_lock_shared(hashtext('millrace.queues'), $1)`,
);
const lockExclusive = statement(
  'lock_queues_exclusive',
  `select pg_advisory_xact_lock(hashtext('millrace.queues'), $1)`,
);

const insertForRuns = statement<{ work_queue_id: string; flow_run_id: string }>(
  'insert_queue_entries',
  `insert into millrace.queue_entry (work_queue_id, priority, due_at, flow_run_id)
   select q.id, r.priority, r.scheduled_time, r.id
   from millrace.flow_run r
   join millrace.work_queue q
     on (q.filter_tags is null or q.filter_tags <@ r.tags)
    and (q.filter_deployment_ids is null or r.deployment_id = any(q.filter_deployment_ids))
    and (q.filter_flow_runner_types is null or r.flow_runner_type = any(q.filter_flow_runner_types))
   where r.id = any($1::uuid[]) and r.deployment_id is not null and r.scheduled_time is not null
   on conflict do nothing
   returning work_queue_id, flow_run_id`,
);

const insertForQueue = statement(
  'insert_queue_entries_of_queue',
  `insert into millrace.queue_entry (work_queue_id, priority, due_at, flow_run_id)
   select q.id, r.priority, r.scheduled_time, r.id
   from millrace.work_queue q
   join millrace.flow_run r
     on (q.filter_tags is null or q.filter_tags <@ r.tags)
    and (q.filter_deployment_ids is null or r.deployment_id = any(q.filter_deployment_ids))
    and (q.filter_flow_runner_types is null or r.flow_runner_type = any(q.filter_flow_runner_types))
   where q.id = $1 and r.deployment_id is not null and r.scheduled_time is not null and r.holder_id is null
   on conflict do nothing`,
);

const deleteForRuns = statement(
  'delete_queue_entries',
  'delete from millrace.queue_entry where flow_run_id = any($1::uuid[])',
);

// Of one key space per installation; the second number only says what is locked.
const QUEUES = 1;

/** Keeps queues from being made or changed until the transaction ends. */
export async function keepQueueFilters(executor: Executor): Promise<void> {
  await executor.run(lockShared, [QUEUES]);
}

/** Offers waiting runs, already written, to every queue that fits; gives the queues and the runs that they got. */
export async function insertQueueEntries(executor: Executor, flowRunIds: readonly string[]) {
  const [, entries] = await Promise.all([keepQueueFilters(executor), executor.run(insertForRuns, [flowRunIds])]);
  return entries;
}

/** To be called, and awaited, before a queue is written whose entries are then made. */
export async function lockQueueFilters(executor: Executor): Promise<void> {
  await executor.run(lockExclusive, [QUEUES]);
}

/** Gives a queue, already written, every waiting run that fits. */
export async function insertQueueEntriesOfQueue(executor: Executor, workQueueId: string): Promise<void> {
  await executor.run(insertForQueue, [workQueueId]);
}

/** Withdraws runs from all queues. */
export async function deleteQueueEntries(executor: Executor, flowRunIds: readonly string[]): Promise<void> {
  await executor.run(deleteForRuns, [flowRunIds]);
}
