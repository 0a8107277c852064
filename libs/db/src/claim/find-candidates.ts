import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { type FlowRunRow, imageColumns, type LockedFlowRun, lockedFlowRun } from '../transitions/flow-run-row.ts';

/** A place in a queue that is due. */
export interface Candidate {
  work_queue_id: string;
  priority: number;
  due_at: number;
  flow_run_id: string;
}

// One index probe for each queue and priority: neither other queues' entries nor future ones of a higher priority are met.
const candidates = `from unnest($1::uuid[]) as queue(id)
   cross join generate_series(9, 0, -1) as p(priority)
   cross join lateral (
     select * from millrace.queue_entry q
     where q.work_queue_id = queue.id and q.priority = p.priority and q.due_at <= $2
     order by q.due_at, q.flow_run_id limit $3
   ) e
   order by e.priority desc, e.due_at, e.flow_run_id limit $3`;

const find = statement<Candidate>(
  'find_claim_candidates',
  `select e.work_queue_id, e.priority, e.due_at, e.flow_run_id ${candidates}`,
);

const lock = statement<FlowRunRow>(
  'lock_claim_candidates',
  `select ${imageColumns} from millrace.flow_run r where r.id = any(array(select e.flow_run_id ${candidates}))
   order by r.id for no key update skip locked`,
);

/** What is due in the queues, first come first: by priority, then due time, then id. */
export function findCandidates(
  executor: Executor,
  queueIds: readonly string[],
  due: { readonly now: number; readonly limit: number },
): Promise<Candidate[]> {
  return executor.run(find, [queueIds, toInstant(due.now), due.limit]);
}

/** Locks the runs of the candidates, but for those that another transaction has. */
export async function lockCandidates(
  executor: Executor,
  queueIds: readonly string[],
  due: { readonly now: number; readonly limit: number },
): Promise<LockedFlowRun[]> {
  return (await executor.run(lock, [queueIds, toInstant(due.now), due.limit])).map(lockedFlowRun);
}

const next = statement<{ due_at: number | null }>(
  'find_next_due',
  `select min(e.due_at) as due_at
   from unnest($1::uuid[]) as queue(id)
   cross join generate_series(9, 0, -1) as p(priority)
   cross join lateral (
     select q.due_at from millrace.queue_entry q
     where q.work_queue_id = queue.id and q.priority = p.priority and q.due_at > $2
     order by q.due_at limit 1
   ) e`,
);

/** When the queues will next have something due; undefined if nothing is to come. */
export async function findNextDue(
  executor: Executor,
  queueIds: readonly string[],
  now: number,
): Promise<number | undefined> {
  const [row] = await executor.run(next, [queueIds, toInstant(now)]);
  return row?.due_at ?? undefined;
}
