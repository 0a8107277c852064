import { type Executor, statement } from '../connection/statement.ts';

/** What a claim needs to know of a queue. */
export interface ClaimableQueue {
  id: string;
  is_paused: boolean;
  concurrency_limit: number | null;
}

const read = statement<ClaimableQueue>(
  'read_claimable_queues',
  'select id, is_paused, concurrency_limit from millrace.work_queue where id = any($1::uuid[])',
);
// A statement of its own, before the count: the next claim then counts what this one has committed.
const lockLimited = statement<ClaimableQueue>(
  'lock_limited_queues',
  `select id, is_paused, concurrency_limit from millrace.work_queue
   where id = any($1::uuid[]) order by id for no key update`,
);
const countLive = statement<{ work_queue_id: string; live: number }>(
  'count_live_flow_runs',
  `select work_queue_id, count(*) as live from millrace.flow_run
   where work_queue_id = any($1::uuid[]) and holder_id is not null group by work_queue_id`,
);

/** How many more runs each of the queues may hand out; those that may none are left out. Locks the queues with a limit. */
export async function readOpenPlaces(
  executor: Executor,
  ids: readonly string[],
): Promise<{ places: Map<string, number>; isAnyFull: boolean }> {
  const queues = (await executor.run(read, [ids])).filter((queue) => !queue.is_paused);
  const limited = queues.filter((queue) => queue.concurrency_limit !== null).map((queue) => queue.id);
  const open = new Map(queues.map((queue) => [queue.id, Number.POSITIVE_INFINITY]));
  if (limited.length > 0) {
    const [locked, counts] = await Promise.all([
      executor.run(lockLimited, [limited]),
      executor.run(countLive, [limited]),
    ]);
    const live = new Map(counts.map((row) => [row.work_queue_id, row.live]));
    for (const queue of locked)
      open.set(queue.id, queue.is_paused ? 0 : (queue.concurrency_limit ?? 0) - (live.get(queue.id) ?? 0));
  }
  let isAnyFull = false;
  for (const [id, places] of open) {
    if (places > 0) continue;
    isAnyFull = true;
    open.delete(id);
  }
  return { places: open, isAnyFull };
}

const readLimited = statement<{ id: string }>(
  'read_limited_queues',
  'select id from millrace.work_queue where id = any($1::uuid[]) and concurrency_limit is not null',
);

/** Those of the queues that have a limit: a place that becomes free there is worth a claim. */
export async function readLimitedQueues(executor: Executor, ids: readonly string[]): Promise<string[]> {
  return (await executor.run(readLimited, [ids])).map((row) => row.id);
}
