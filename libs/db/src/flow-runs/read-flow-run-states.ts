import { type Executor, statement } from '../connection/statement.ts';
import type { StateRow } from '../messages/state-message.ts';

/** A state with its place in the run's history. */
export interface HistoryRow extends StateRow {
  /** From 1. */
  readonly ordinal: number;
}

// A run's history begins with the run: older days are not probed.
const read = statement<HistoryRow>(
  'read_flow_run_states',
  `select s.ordinal, s.id, s.type, s.name, s.message, s."timestamp", s.data_encoding, s.data_blob, s.scheduled_time,
     s.cause, s.actor, s.epoch
   from millrace.flow_run r
   cross join lateral (
     select * from millrace.flow_run_state h
     where h.flow_run_id = r.id and h.received >= r.created and h.ordinal > $2 and h.ordinal <= $3
     order by h.ordinal limit $4
   ) s
   where r.id = $1
   order by s.ordinal`,
);

const LARGEST_INT = 2_147_483_647;

/** A run's history, oldest first: all of it, or what comes after one ordinal up to another, at most `limit` of it. */
export function readFlowRunStates(
  executor: Executor,
  flowRunId: string,
  which: { readonly after?: number; readonly to?: number | undefined; readonly limit?: number } = {},
): Promise<HistoryRow[]> {
  return executor.run(read, [flowRunId, which.after ?? 0, which.to ?? LARGEST_INT, which.limit ?? null]);
}
