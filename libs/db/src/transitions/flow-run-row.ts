import type { FlowRunImage, StateType } from '@millrace/orchestration';
import type { FlowRunTable, InfrastructureRow, ScheduleOptions } from '../connection/tables.ts';

/** The columns that the state machine needs, for every statement that locks runs. */
export const imageColumns = `r.id, r.created, r.deployment_id, r.schedule_id, r.max_retries, r.retry_delays_ms,
  r.state_type, r.state_name, r.state_message, r.state_timestamp, r.state_data_encoding, r.state_data_blob, r.state_cause,
  r.scheduled_time, r.state_count, r.run_count, r.returns, r.expected_start_time, r.start_time, r.end_time,
  r.total_run_time_ms, r.epoch, r.holder_id, r.acknowledged, r.work_queue_id, r.sort_at, r.overlap, r.catch_up,
  r.start_before`;

/** A run's row as those columns give it. */
export interface FlowRunRow {
  id: string;
  created: number;
  deployment_id: string | null;
  schedule_id: string | null;
  max_retries: number;
  retry_delays_ms: number[];
  state_type: StateType;
  state_name: string;
  state_message: string;
  state_timestamp: number;
  state_data_encoding: string | null;
  state_data_blob: Buffer | null;
  state_cause: string | null;
  scheduled_time: number | null;
  state_count: number;
  run_count: number;
  returns: number;
  expected_start_time: number;
  start_time: number | null;
  end_time: number | null;
  total_run_time_ms: number;
  epoch: number;
  holder_id: string | null;
  acknowledged: boolean;
  work_queue_id: string | null;
  sort_at: number;
  overlap: ScheduleOptions['overlap'] | null;
  catch_up: FlowRunTable['catch_up'];
  start_before: number | null;
}

/** What its schedule holds a run to; null: to nothing. */
export interface HeldTo {
  readonly overlap: ScheduleOptions['overlap'] | null;
  readonly catchUp: FlowRunTable['catch_up'];
  /** Skipped if it is not taken by then, epoch milliseconds. */
  readonly startBefore: number | null;
}

/** A run under this transaction's lock. */
export interface LockedFlowRun {
  readonly image: FlowRunImage;
  readonly created: number;
  readonly scheduleId: string | null;
  readonly heldTo: HeldTo;
  readonly acknowledged: boolean;
}

/** What is known of a run's process. */
export type Infrastructure = InfrastructureRow;

export function lockedFlowRun(row: FlowRunRow): LockedFlowRun {
  return {
    created: row.created,
    scheduleId: row.schedule_id,
    heldTo: { overlap: row.overlap, catchUp: row.catch_up, startBefore: row.start_before },
    acknowledged: row.acknowledged,
    image: {
      id: row.id,
      deploymentId: row.deployment_id,
      maxRetries: row.max_retries,
      retryDelaysMs: row.retry_delays_ms,
      state: {
        type: row.state_type,
        name: row.state_name,
        message: row.state_message,
        timestamp: row.state_timestamp,
        data:
          row.state_data_encoding === null || row.state_data_blob === null
            ? null
            : { encoding: row.state_data_encoding, blob: row.state_data_blob },
        scheduledTime: row.scheduled_time,
        cause: row.state_cause,
      },
      stateCount: row.state_count,
      runCount: row.run_count,
      returns: row.returns,
      expectedStartTime: row.expected_start_time,
      startTime: row.start_time,
      endTime: row.end_time,
      totalRunTimeMs: row.total_run_time_ms,
      epoch: row.epoch,
      holderId: row.holder_id,
      workQueueId: row.work_queue_id,
      sortAt: row.sort_at,
    },
  };
}
