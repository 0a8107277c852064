import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Deployment, DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { type Schedule, ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import {
  type CurrentDeployment,
  type CurrentSchedule,
  durationMessage,
  type StoredSchedule,
  timestampMessage,
  timestampMessageOrNone,
} from '@millrace/db';

/** A deployment as the contract has it. */
export function deploymentMessage(row: CurrentDeployment): Deployment {
  return create(DeploymentSchema, {
    id: row.id,
    created: timestampMessage(row.created),
    updated: timestampMessage(row.updated),
    name: row.name,
    flowId: row.flow_id,
    flowName: row.flow_name,
    // A plain view: Buffers print and compare otherwise.
    flowData: { encoding: row.flow_data_encoding, blob: Uint8Array.from(row.flow_data_blob) },
    schedules: row.schedules.map(scheduleMessage),
    isScheduleActive: row.is_schedule_active,
    parameters: row.parameters as JsonObject,
    tags: row.tags,
    flowRunner: { type: row.flow_runner_type, config: row.flow_runner_config as JsonObject },
    parameterSchema: (row.parameter_schema as JsonObject | null) ?? undefined,
    version: row.version,
    description: row.description,
    priority: row.priority,
    retryPolicy: { maxRetries: row.max_retries, delays: row.retry_delays_ms.map(durationMessage) },
    enforceParameterSchema: row.enforce_parameter_schema,
  });
}

/** A schedule as the contract has it, as it is or as a version declares it. */
export function scheduleMessage(row: StoredSchedule & Partial<CurrentSchedule>): Schedule {
  return create(ScheduleSchema, {
    slug: row.slug,
    spec: {
      case: 'interval',
      value: {
        interval: durationMessage(row.spec.intervalMs),
        anchor: timestampMessageOrNone(row.spec.anchorMs),
      },
    },
    timezone: row.timezone,
    active: row.active,
    parameters: row.parameters as JsonObject,
    error: row.error ?? undefined,
  });
}
