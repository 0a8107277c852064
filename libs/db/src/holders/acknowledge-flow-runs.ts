import { type Executor, statement } from '../connection/statement.ts';
import type { HeldRun } from './adopt-flow-runs.ts';

// Locked in id order, as everywhere.
const acknowledge = statement(
  'acknowledge_flow_runs',
  `with held as (
     select r.id from unnest($1::uuid[], $2::int[]) as said(id, epoch)
     join millrace.flow_run r on r.id = said.id
     where r.epoch = said.epoch and r.holder_id is not null and not r.acknowledged
     order by r.id for no key update of r
   )
   update millrace.flow_run r set acknowledged = true from held where r.id = held.id`,
);

/** Notes that holders have said that they have the runs: from now on only their lease, not their stream, counts. */
export async function acknowledgeFlowRuns(executor: Executor, runs: readonly HeldRun[]): Promise<void> {
  if (runs.length === 0) return;
  await executor.run(acknowledge, [runs.map((run) => run.flowRunId), runs.map((run) => run.epoch)]);
}
