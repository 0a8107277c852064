import type { StateImage } from '@millrace/orchestration';
import { toInstant, toInstantOrNull } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** One line of a run's history. */
export interface StateEntry {
  readonly flowRunId: string;
  readonly ordinal: number;
  readonly id: string;
  readonly state: StateImage;
  readonly epoch: number;
  readonly actor: string;
  readonly requestId: string | null;
  readonly answerStatus: 'ACCEPT' | 'REJECT';
  readonly answerReason: string;
}

const insert = statement(
  'insert_flow_run_states',
  `insert into millrace.flow_run_state
     (received, flow_run_id, ordinal, id, type, name, message, "timestamp", data_encoding, data_blob, scheduled_time,
      cause, actor, epoch, request_id, answer_status, answer_reason)
   select $1, * from unnest($2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[],
     $9::text[], $10::bytea[], $11::timestamptz[], $12::text[], $13::text[], $14::int[], $15::uuid[], $16::text[],
     $17::text[])`,
);

/** Adds to the history. `now` is the time of receipt, never before the run was created. */
export async function insertStates(executor: Executor, entries: readonly StateEntry[], now: number): Promise<void> {
  const column = <Value>(value: (entry: StateEntry) => Value) => entries.map(value);
  await executor.run(insert, [
    toInstant(now),
    column((entry) => entry.flowRunId),
    column((entry) => entry.ordinal),
    column((entry) => entry.id),
    column((entry) => entry.state.type),
    column((entry) => entry.state.name),
    column((entry) => entry.state.message),
    column((entry) => toInstant(entry.state.timestamp)),
    column((entry) => entry.state.data?.encoding ?? null),
    column((entry) => (entry.state.data ? Buffer.from(entry.state.data.blob) : null)),
    column((entry) => toInstantOrNull(entry.state.scheduledTime)),
    column((entry) => entry.state.cause),
    column((entry) => entry.actor),
    column((entry) => entry.epoch),
    column((entry) => entry.requestId),
    column((entry) => entry.answerStatus),
    column((entry) => entry.answerReason),
  ]);
}
