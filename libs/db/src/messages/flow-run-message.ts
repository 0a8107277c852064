import { create, type JsonObject } from '@bufbuild/protobuf';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { SelectedFlowRun } from '../flow-runs/select-flow-runs.ts';
import { stateMessage } from './state-message.ts';
import { durationMessage, timestampMessage, timestampMessageOrNone } from './time-message.ts';

/** A run as the contract has it, its current state included. */
export function flowRunMessage(row: SelectedFlowRun): FlowRun {
  return create(FlowRunSchema, {
    id: row.id,
    created: timestampMessage(row.created),
    updated: timestampMessage(row.updated),
    name: row.name,
    flowId: row.flow_id,
    flowName: row.flow_name,
    deploymentId: row.deployment_id ?? undefined,
    deploymentName: row.deployment_name === null ? undefined : `${row.flow_name}/${row.deployment_name}`,
    deploymentVersion: row.deployment_version ?? undefined,
    parameters: row.parameters as JsonObject,
    tags: row.tags,
    flowRunner: { type: row.flow_runner_type, config: row.flow_runner_config as JsonObject },
    priority: row.priority,
    retryPolicy: { maxRetries: row.max_retries, delays: row.retry_delays_ms.map(durationMessage) },
    state: currentState(row),
    runCount: row.run_count,
    expectedStartTime: timestampMessage(row.expected_start_time),
    startTime: timestampMessageOrNone(row.start_time),
    endTime: timestampMessageOrNone(row.end_time),
    totalRunTime: durationMessage(row.total_run_time_ms),
    autoScheduled: row.auto_scheduled,
    idempotencyKey: row.idempotency_key ?? undefined,
    workQueueId: row.work_queue_id ?? undefined,
    leaseEpoch: row.epoch,
    holder: row.holder_id ?? undefined,
    infrastructure: {
      pid: row.infrastructure.pid,
      exitCode: row.infrastructure.exit_code,
      signal: row.infrastructure.signal,
      host: row.infrastructure.host,
    },
    parentFlowRunId: row.parent_flow_run_id ?? '',
  });
}

function currentState(row: SelectedFlowRun) {
  return stateMessage({
    id: row.state_id,
    type: row.state_type,
    name: row.state_name,
    message: row.state_message,
    timestamp: row.state_timestamp,
    data_encoding: row.state_data_encoding,
    data_blob: row.state_data_blob,
    scheduled_time: row.scheduled_time,
    cause: row.state_cause,
    actor: row.state_actor,
    epoch: row.epoch,
  });
}
