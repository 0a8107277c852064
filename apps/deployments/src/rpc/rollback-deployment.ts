import { create } from '@bufbuild/protobuf';
import { DataDocumentSchema } from '@millrace/contracts/millrace/v1/data_document_pb';
import type { RollbackDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type DeploymentSpec, type DeploymentVersionRow, readDeploymentVersion } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { changeDeployment, specOf } from '../change-deployment.ts';
import type { Context } from '../context.ts';
import { readFlowData } from '../requests/read-flow-data.ts';

export async function rollbackDeployment(context: Context, request: RollbackDeploymentRequest, call: CallContext) {
  const { key, version } = request;
  const deployment = await changeDeployment(context, {
    key,
    call,
    async toSpec(current, tx) {
      const row = await readDeploymentVersion(tx, current.id, version);
      if (!row) throw notFound('deployment version', String(version), [`1 to ${current.version}`]);
      return { ...specOf(current), ...versioned(row) };
    },
  });
  return { deployment };
}

/** What a version says; everything else stays. */
function versioned(row: DeploymentVersionRow) {
  const blob = Uint8Array.from(row.flow_data_blob);
  const flowData = create(DataDocumentSchema, { encoding: row.flow_data_encoding, blob });
  return {
    flowDataEncoding: row.flow_data_encoding,
    flowDataBlob: row.flow_data_blob,
    document: readFlowData(flowData, '', []).document,
    parameterSchema: row.parameter_schema,
    enforceParameterSchema: row.enforce_parameter_schema,
    schedules: row.schedules.map((schedule) => ({ ...schedule, active: null })),
    parameters: row.parameters,
    tags: row.tags,
    flowRunner: { type: row.flow_runner_type, config: row.flow_runner_config },
    priority: row.priority,
    maxRetries: row.max_retries,
    retryDelaysMs: row.retry_delays_ms,
  } satisfies Partial<DeploymentSpec>;
}
