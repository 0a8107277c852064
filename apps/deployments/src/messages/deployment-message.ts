import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Deployment, DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { type CurrentDeployment, durationMessage, timestampMessage } from '@millrace/db';
import { scheduleMessage } from './schedule-message.ts';

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
