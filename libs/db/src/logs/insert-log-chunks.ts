import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { LogChunk } from './log-chunk.ts';

/** A chunk with its place in the run's log. */
export interface PlacedChunk {
  readonly chunk: LogChunk;
  readonly ordinal: number;
  /** Never before the run was created; epoch milliseconds. */
  readonly received: number;
  /** Written under an epoch that was stale already. */
  readonly late: boolean;
}

const insert = statement(
  'insert_log_chunks',
  `insert into millrace.log_chunk
     (flow_run_id, ordinal, received, epoch, batch_id, late, first_sequence, record_count, first_timestamp,
      last_timestamp, max_level, body)
   select * from unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::int[], $5::bigint[], $6::bool[], $7::bigint[],
     $8::int[], $9::timestamptz[], $10::timestamptz[], $11::smallint[], $12::bytea[])`,
);

/** Adds to logs whose cursors are locked. */
export async function insertLogChunks(executor: Executor, placed: readonly PlacedChunk[]): Promise<void> {
  const column = <Value>(value: (placed: PlacedChunk) => Value) => placed.map(value);
  await executor.run(insert, [
    column(({ chunk }) => chunk.flowRunId),
    column(({ ordinal }) => ordinal),
    column(({ received }) => toInstant(received)),
    column(({ chunk }) => chunk.epoch),
    column(({ chunk }) => chunk.batchId),
    column(({ late }) => late),
    column(({ chunk }) => chunk.firstSequence),
    column(({ chunk }) => chunk.recordCount),
    column(({ chunk }) => toInstant(chunk.firstTimestamp)),
    column(({ chunk }) => toInstant(chunk.lastTimestamp)),
    column(({ chunk }) => chunk.maxLevel),
    column(({ chunk }) => chunk.body),
  ]);
}
