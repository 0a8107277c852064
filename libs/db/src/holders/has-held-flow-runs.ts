import { type Executor, statement } from '../connection/statement.ts';

// By the partial index on holders: the first one will do.
const find = statement<{ held: boolean }>(
  'has_held_flow_runs',
  'select exists (select from millrace.flow_run where holder_id is not null) as held',
);

/** Whether any run is held, by a holder that lives or by one whose lease is still to run out. */
export async function hasHeldFlowRuns(executor: Executor): Promise<boolean> {
  return (await executor.run(find, []))[0]?.held ?? false;
}
