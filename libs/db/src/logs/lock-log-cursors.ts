import { type Executor, statement } from '../connection/statement.ts';

/** How far a run's log has come, under this transaction's lock. */
export interface LogCursor {
  flow_run_id: string;
  /** How many chunks there are; they are numbered from 1. */
  chunks: number;
  /** The epoch that wrote last, and its last batch. */
  epoch: number;
  batch_id: number;
  /** When the run was created. */
  created: number;
  /** The run's own epoch. */
  run_epoch: number;
}

// From the runs that there are: an unknown one must not fail the others.
const insertMissing = statement(
  'insert_missing_log_cursors',
  `insert into millrace.log_cursor (flow_run_id, chunks, epoch, batch_id)
   select r.id, 0, -1, 0 from millrace.flow_run r
   where r.id = any($1::uuid[]) and not exists (select from millrace.log_cursor c where c.flow_run_id = r.id)
   order by r.id
   on conflict do nothing`,
);

const lock = statement<LogCursor>(
  'lock_log_cursors',
  `select c.flow_run_id, c.chunks, c.epoch, c.batch_id, r.created, r.epoch as run_epoch
   from millrace.log_cursor c join millrace.flow_run r on r.id = c.flow_run_id
   where c.flow_run_id = any($1::uuid[]) order by c.flow_run_id for no key update of c`,
);

/** Locks the cursors of those runs that exist, in id order; makes those that are not there yet. */
export async function lockLogCursors(executor: Executor, flowRunIds: readonly string[]): Promise<LogCursor[]> {
  const [, cursors] = await Promise.all([executor.run(insertMissing, [flowRunIds]), executor.run(lock, [flowRunIds])]);
  return cursors;
}
