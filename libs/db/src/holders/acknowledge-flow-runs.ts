import { type Executor, statement } from '../connection/statement.ts';
import type { HeldRun } from './adopt-flow-runs.ts';

const acknowledge = statement(
  'acknowledge_flow_runs',
  `update millrace.flow_run r set acknowledged = true
   from unnest($1::uuid[], $2::int[]) as held(id, epoch)
   where r.id = held.id and r.epoch = held.epoch and r.holder_id is not null and not r.acknowledged`,
);

/** Notes that holders have said that they have the runs: from now on only their lease, not their stream, counts. */
export async function acknowledgeFlowRuns(executor: Executor, runs: readonly HeldRun[]): Promise<void> {
  if (runs.length === 0) return;
  await executor.run(acknowledge, [runs.map((run) => run.flowRunId), runs.map((run) => run.epoch)]);
}
