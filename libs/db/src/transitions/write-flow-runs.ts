import type { FlowRunImage } from '@millrace/orchestration';
import { toInstant, toInstantOrNull } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { Infrastructure } from './flow-run-row.ts';

/** The last image of a run within a transaction. */
export interface FlowRunWrite {
  readonly image: FlowRunImage;
  readonly stateId: string;
  readonly acknowledged: boolean;
  /** Laid over what the row has. */
  readonly infrastructure: Infrastructure;
  readonly actor: string;
}

const write = statement(
  'write_flow_runs',
  `update millrace.flow_run r set
     updated = $1, updated_by = w.actor, state_id = w.state_id, state_type = w.state_type, state_name = w.state_name,
     state_message = w.state_message, state_timestamp = w.state_timestamp, state_data_encoding = w.state_data_encoding,
     state_data_blob = w.state_data_blob, state_cause = w.state_cause, state_actor = w.actor,
     state_count = w.state_count, scheduled_time = w.scheduled_time, run_count = w.run_count, returns = w.returns,
     start_time = w.start_time, end_time = w.end_time, total_run_time_ms = w.total_run_time_ms, epoch = w.epoch,
     holder_id = w.holder_id, acknowledged = w.acknowledged, work_queue_id = w.work_queue_id,
     infrastructure = case when w.infrastructure = '{}' then r.infrastructure else r.infrastructure || w.infrastructure end,
     sort_at = w.sort_at
   from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::text[],
               $10::bytea[], $11::text[], $12::int[], $13::timestamptz[], $14::int[], $15::int[], $16::timestamptz[],
               $17::timestamptz[], $18::float8[], $19::int[], $20::uuid[], $21::bool[], $22::uuid[], $23::jsonb[],
               $24::timestamptz[])
     as w(id, actor, state_id, state_type, state_name, state_message, state_timestamp, state_data_encoding,
          state_data_blob, state_cause, state_count, scheduled_time, run_count, returns, start_time,
          end_time, total_run_time_ms, epoch, holder_id, acknowledged, work_queue_id, infrastructure, sort_at)
   where r.id = w.id`,
);

/** Writes many runs' images at once. */
export async function writeFlowRuns(executor: Executor, writes: readonly FlowRunWrite[], now: number): Promise<void> {
  const column = <Value>(value: (write: FlowRunWrite) => Value) => writes.map(value);
  await executor.run(write, [
    toInstant(now),
    column(({ image }) => image.id),
    column(({ actor }) => actor),
    column(({ stateId }) => stateId),
    column(({ image }) => image.state.type),
    column(({ image }) => image.state.name),
    column(({ image }) => image.state.message),
    column(({ image }) => toInstant(image.state.timestamp)),
    column(({ image }) => image.state.data?.encoding ?? null),
    column(({ image }) => (image.state.data ? Buffer.from(image.state.data.blob) : null)),
    column(({ image }) => image.state.cause),
    column(({ image }) => image.stateCount),
    column(({ image }) => toInstantOrNull(image.state.scheduledTime)),
    column(({ image }) => image.runCount),
    column(({ image }) => image.returns),
    column(({ image }) => toInstantOrNull(image.startTime)),
    column(({ image }) => toInstantOrNull(image.endTime)),
    column(({ image }) => image.totalRunTimeMs),
    column(({ image }) => image.epoch),
    column(({ image }) => image.holderId),
    column(({ acknowledged }) => acknowledged),
    column(({ image }) => image.workQueueId),
    column(({ infrastructure }) => JSON.stringify(infrastructure)),
    column(({ image }) => toInstant(image.sortAt)),
  ]);
}
