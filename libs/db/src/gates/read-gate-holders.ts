import { type Executor, statement } from '../connection/statement.ts';

const read = statement<{ flow_run_id: string }>(
  'read_gate_holders',
  'select flow_run_id from millrace.schedule_gate where flow_run_id = any($1::uuid[])',
);

/** Those of the runs that have their schedule's gate. They must be locked. */
export async function readGateHolders(executor: Executor, flowRunIds: readonly string[]): Promise<Set<string>> {
  if (flowRunIds.length === 0) return new Set();
  return new Set((await executor.run(read, [flowRunIds])).map((row) => row.flow_run_id));
}
