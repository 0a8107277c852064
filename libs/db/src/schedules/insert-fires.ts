import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** A fire to be entered in the ledger. */
export interface Fire {
  readonly scheduleId: string;
  readonly fireAt: number;
  readonly flowRunId: string;
}

const insert = statement<{ flow_run_id: string }>(
  'insert_schedule_fires',
  `insert into millrace.schedule_fire (schedule_id, fire_at, flow_run_id, status)
   select n.schedule_id, n.fire_at, n.flow_run_id, 'scheduled'
   from unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) as n(schedule_id, fire_at, flow_run_id)
   on conflict do nothing
   returning flow_run_id`,
);

/** Enters fires; gives the runs of those that were not there: they, and no others, are to be made. */
export async function insertFires(executor: Executor, fires: readonly Fire[]): Promise<Set<string>> {
  const rows = await executor.run(insert, [
    fires.map((fire) => fire.scheduleId),
    fires.map((fire) => toInstant(fire.fireAt)),
    fires.map((fire) => fire.flowRunId),
  ]);
  return new Set(rows.map((row) => row.flow_run_id));
}
