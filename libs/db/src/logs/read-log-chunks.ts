import { type Executor, statement } from '../connection/statement.ts';

/** A chunk as it is read. */
export interface ReadChunk {
  ordinal: number;
  body: Buffer;
}

// A run's log begins with the run: older days are not probed.
const read = statement<ReadChunk>(
  'read_log_chunks',
  `select c.ordinal, c.body
   from millrace.flow_run r
   cross join lateral (
     select l.ordinal, l.body from millrace.log_chunk l
     where l.flow_run_id = r.id and l.received >= r.created and l.ordinal between $2 and $3 and l.max_level >= $4
     order by l.ordinal limit $5
   ) c
   where r.id = $1
   order by c.ordinal`,
);

/** The chunks of a run from one ordinal to another that have something of that level or above; in order. */
export function readLogChunks(
  executor: Executor,
  flowRunId: string,
  which: { readonly from: number; readonly to: number; readonly minLevel: number; readonly limit: number },
): Promise<ReadChunk[]> {
  return executor.run(read, [flowRunId, which.from, which.to, which.minLevel, which.limit]);
}
