import { type Executor, statement } from '../connection/statement.ts';

/** Who goes on of a schedule while others may not. */
export interface Gate {
  schedule_id: string;
  flow_run_id: string;
  waiting_flow_run_id: string | null;
}

// Gates are taken and locked in the order of their schedules, after the runs.
const take = statement(
  'take_schedule_gates',
  `insert into millrace.schedule_gate (schedule_id, flow_run_id)
   select n.schedule_id, n.flow_run_id from unnest($1::uuid[], $2::uuid[]) as n(schedule_id, flow_run_id)
   order by n.schedule_id
   on conflict do nothing`,
);

const lock = statement<Gate>(
  'lock_schedule_gates',
  `select schedule_id, flow_run_id, waiting_flow_run_id from millrace.schedule_gate
   where schedule_id = any($1::uuid[]) order by schedule_id for update`,
);

/**
 * Takes the gates of schedules, each for one run, where they are free, and locks them; gives who has them then.
 *
 * @param wanted a run for each schedule; it must be locked
 */
export async function takeGates(executor: Executor, wanted: ReadonlyMap<string, string>): Promise<Map<string, Gate>> {
  if (wanted.size === 0) return new Map();
  const [, gates] = await Promise.all([
    executor.run(take, [[...wanted.keys()], [...wanted.values()]]),
    executor.run(lock, [[...wanted.keys()]]),
  ]);
  return new Map(gates.map((gate) => [gate.schedule_id, gate]));
}
