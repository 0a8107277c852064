import { type Executor, statement } from '../connection/statement.ts';

/** Who goes on of a schedule while others may not. */
export interface Gate {
  schedule_id: string;
  flow_run_id: string;
  waiting_flow_run_id: string | null;
}

// In the order of their schedules, after the runs. One that is taken already is locked by the same statement: between two
// it could be freed, and then nobody would have it.
const take = statement<Gate>(
  'take_schedule_gates',
  `insert into millrace.schedule_gate as g (schedule_id, flow_run_id)
   select n.schedule_id, n.flow_run_id from unnest($1::uuid[], $2::uuid[]) as n(schedule_id, flow_run_id)
   order by n.schedule_id
   on conflict (schedule_id) do update set flow_run_id = g.flow_run_id
   returning g.schedule_id, g.flow_run_id, g.waiting_flow_run_id`,
);

/**
 * Takes the gates of schedules, each for one run, where they are free, and locks them; gives who has them then.
 *
 * @param wanted a run for each schedule; it must be locked
 */
export async function takeGates(executor: Executor, wanted: ReadonlyMap<string, string>): Promise<Map<string, Gate>> {
  if (wanted.size === 0) return new Map();
  const gates = await executor.run(take, [[...wanted.keys()], [...wanted.values()]]);
  return new Map(gates.map((gate) => [gate.schedule_id, gate]));
}
