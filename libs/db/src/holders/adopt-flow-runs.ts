import { type Executor, statement } from '../connection/statement.ts';

/** A run under the epoch with which its holder got it. */
export interface HeldRun {
  readonly flowRunId: string;
  readonly epoch: number;
}

// Locked in id order, as everywhere.
// A run's epoch is known to none but those it was given to, so who names it may hold it: a process whose agent is gone
// holds its own run from now on. A run that has ended is held by nobody, but not lost: its last answer may be asked again.
const adopt = statement(
  'adopt_flow_runs',
  `with held as (
     select r.id from unnest($2::uuid[], $3::int[]) as said(id, epoch)
     join millrace.flow_run r on r.id = said.id
     where r.epoch = said.epoch and r.holder_id is not null and (r.holder_id <> $1 or not r.acknowledged)
     order by r.id for no key update of r
   )
   update millrace.flow_run r set holder_id = $1, acknowledged = true from held where r.id = held.id`,
);
const find = statement<{ id: string; epoch: number }>(
  'find_epochs',
  'select id, epoch from millrace.flow_run where id = any($1::uuid[])',
);

/** Gives a holder, whose row exists, the runs that it says it holds; gives those that it has lost. */
export async function adoptFlowRuns(
  executor: Executor,
  holderId: string,
  runs: readonly HeldRun[],
): Promise<HeldRun[]> {
  if (runs.length === 0) return [];
  // As Postgres writes them; clients may do so otherwise.
  const ids = runs.map((run) => run.flowRunId.toLowerCase());
  await executor.run(adopt, [holderId, ids, runs.map((run) => run.epoch)]);
  const epochs = new Map((await executor.run(find, [ids])).map((row) => [row.id, row.epoch]));
  return runs.filter((run, index) => epochs.get(ids[index] ?? '') !== run.epoch);
}
