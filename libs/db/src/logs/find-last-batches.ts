import { type Executor, statement } from '../connection/statement.ts';

/** The last batch that is stored of a run's epoch. */
export interface LastBatch {
  flow_run_id: string;
  epoch: number;
  batch_id: number;
}

const find = statement<LastBatch>(
  'find_last_log_batches',
  `select asked.flow_run_id, asked.epoch, stored.batch_id
   from unnest($1::uuid[], $2::int[]) as asked(flow_run_id, epoch)
   join millrace.flow_run r on r.id = asked.flow_run_id
   cross join lateral (
     select max(c.batch_id) as batch_id from millrace.log_chunk c
     where c.flow_run_id = r.id and c.received >= r.created and c.epoch = asked.epoch
   ) stored
   where stored.batch_id is not null`,
);

/** For epochs that are not the one that wrote last, whose cursor is gone: reads the whole of the runs' chunks. */
export async function findLastBatches(
  executor: Executor,
  epochs: readonly { readonly flowRunId: string; readonly epoch: number }[],
): Promise<LastBatch[]> {
  if (epochs.length === 0) return [];
  return executor.run(find, [epochs.map(({ flowRunId }) => flowRunId), epochs.map(({ epoch }) => epoch)]);
}
