import { type Executor, statement } from '../connection/statement.ts';
import type { Gate } from './take-gates.ts';

// Named by their keys as well: for a few hundred, joined alone, the planner would read all gates.
const write = statement(
  'write_schedule_gates',
  `update millrace.schedule_gate g
   set flow_run_id = n.flow_run_id, waiting_flow_run_id = n.waiting_flow_run_id
   from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as n(schedule_id, flow_run_id, waiting_flow_run_id)
   where g.schedule_id = any($1::uuid[]) and g.schedule_id = n.schedule_id`,
);

/** Writes gates; they must be locked. */
export async function writeGates(executor: Executor, gates: readonly Gate[]): Promise<void> {
  if (gates.length === 0) return;
  await executor.run(write, [
    gates.map((gate) => gate.schedule_id),
    gates.map((gate) => gate.flow_run_id),
    gates.map((gate) => gate.waiting_flow_run_id),
  ]);
}
