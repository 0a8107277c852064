import { type Executor, statement } from '../connection/statement.ts';

/** Where a run's log is after a write. */
export interface LogCursorUpdate {
  readonly flowRunId: string;
  readonly chunks: number;
  readonly epoch: number;
  readonly batchId: number;
}

const update = statement(
  'update_log_cursors',
  `update millrace.log_cursor c set chunks = n.chunks, epoch = n.epoch, batch_id = n.batch_id
   from unnest($1::uuid[], $2::int[], $3::int[], $4::bigint[]) as n(flow_run_id, chunks, epoch, batch_id)
   where c.flow_run_id = n.flow_run_id`,
);

/** Moves cursors that are locked. */
export async function updateLogCursors(executor: Executor, cursors: readonly LogCursorUpdate[]): Promise<void> {
  const column = <Value>(value: (cursor: LogCursorUpdate) => Value) => cursors.map(value);
  await executor.run(update, [
    column(({ flowRunId }) => flowRunId),
    column(({ chunks }) => chunks),
    column(({ epoch }) => epoch),
    column(({ batchId }) => batchId),
  ]);
}
