import { type Executor, statement } from '../connection/statement.ts';

/** How far a run's history and log have come. */
export interface RunHead {
  id: string;
  /** The ordinal of its latest state. */
  state_count: number;
  /** The ordinal of the last chunk of its log; 0 without any. */
  log_chunks: number;
}

const read = statement<RunHead>(
  'read_run_heads',
  `select r.id, r.state_count, coalesce(c.chunks, 0) as log_chunks
   from millrace.flow_run r left join millrace.log_cursor c on c.flow_run_id = r.id
   where r.id = any($1::uuid[])`,
);

/** Of each of the runs that exist: whether there is anything new, for the price of one look. */
export async function readRunHeads(executor: Executor, flowRunIds: readonly string[]): Promise<Map<string, RunHead>> {
  const rows = await executor.run(read, [flowRunIds]);
  return new Map(rows.map((row) => [row.id, row]));
}
