import { create, type JsonObject } from '@bufbuild/protobuf';
import { type DeploymentVersion, DeploymentVersionSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type DeploymentVersionRow, durationMessage, timestampMessage } from '@millrace/db';
import { scheduleMessage } from './schedule-message.ts';

/** A deployment's version as the contract has it. */
export function versionMessage(row: DeploymentVersionRow): DeploymentVersion {
  return create(DeploymentVersionSchema, {
    version: row.version,
    created: timestampMessage(row.created),
    createdBy: row.created_by,
    isCurrent: row.is_current,
    flowData: { encoding: row.flow_data_encoding, blob: Uint8Array.from(row.flow_data_blob) },
    schedules: row.schedules.map(scheduleMessage),
    parameters: row.parameters as JsonObject,
    tags: row.tags,
    flowRunner: { type: row.flow_runner_type, config: row.flow_runner_config as JsonObject },
    parameterSchema: (row.parameter_schema as JsonObject | null) ?? undefined,
    priority: row.priority,
    retryPolicy: { maxRetries: row.max_retries, delays: row.retry_delays_ms.map(durationMessage) },
    enforceParameterSchema: row.enforce_parameter_schema,
  });
}
