import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

// By the order of the list: what has ended is there by its end. What never ended is passed over. Found first, as an array:
// joined with what was found, the planner may read all runs.
const remove = statement<{ id: string }>(
  'delete_ended_flow_runs',
  `delete from millrace.flow_run where id = any(array(
     select id from millrace.flow_run
     where sort_at < $1 and state_type in ('COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED')
     order by sort_at limit $2 for update skip locked))
   returning id`,
);

/**
 * Deletes runs that ended before an instant, at most `limit` of them; gives how many. Their history and logs go with their
 * days. Watchers are not told: nobody watches what ended long ago.
 */
export async function deleteEndedFlowRuns(executor: Executor, before: number, limit: number): Promise<number> {
  return (await executor.run(remove, [toInstant(before), limit])).length;
}

const oldest = statement<{ created: number }>(
  'find_oldest_flow_run',
  'select created from millrace.flow_run order by created limit 1',
);

// Those that wait for their first start have no log, and their one state is of no age that matters.
const oldestHeld = statement<{ created: number | null }>(
  'find_oldest_held_flow_run',
  // Fenced: it would be looked for from the oldest of all runs on.
  'select min(created) as created from (select created from millrace.flow_run where holder_id is not null offset 0) held',
);

/** When the oldest run that there is was made; undefined where there is none. */
export async function findOldestFlowRun(executor: Executor): Promise<number | undefined> {
  return (await executor.run(oldest, []))[0]?.created;
}

/** When the oldest run that somebody holds was made; undefined where there is none. */
export async function findOldestHeldFlowRun(executor: Executor): Promise<number | undefined> {
  return (await executor.run(oldestHeld, []))[0]?.created ?? undefined;
}
