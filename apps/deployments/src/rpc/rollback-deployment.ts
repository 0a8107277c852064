import { create } from '@bufbuild/protobuf';
import { DataDocumentSchema } from '@millrace/contracts/millrace/v1/data_document_pb';
import type { RollbackDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  type DeploymentSpec,
  type DeploymentVersionRow,
  findDocuments,
  findStorageIds,
  readDeploymentVersion,
  type Transaction,
} from '@millrace/db';
import { failedPrecondition, notFound } from '@millrace/rpc/errors';
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
      return { ...specOf(current), ...(await versioned(row, tx)) };
    },
  });
  return { deployment };
}

/** What a version says; everything else stays. */
async function versioned(row: DeploymentVersionRow, tx: Transaction) {
  const blob = Uint8Array.from(row.flow_data_blob);
  const flowData = create(DataDocumentSchema, { encoding: row.flow_data_encoding, blob });
  const { document: named, storage } = readFlowData(flowData, '', []);
  const document = named !== null && (await findDocuments(tx, [named])).has(named) ? named : null;
  const storageId = storage === null ? null : (await findStorageIds(tx, [storage])).get(storage);
  if (storageId === undefined)
    throw failedPrecondition(
      'STORAGE_GONE',
      `the version's package is in storage ${JSON.stringify(storage)}, which is gone`,
    );
  return {
    flowDataEncoding: row.flow_data_encoding,
    flowDataBlob: row.flow_data_blob,
    document,
    storageId: storageId ?? null,
    parameterSchema: row.parameter_schema,
    enforceParameterSchema: row.enforce_parameter_schema,
    // Versions from before there were options have none.
    schedules: row.schedules.map(({ options = {}, active = null, ...schedule }) => ({ ...schedule, options, active })),
    parameters: row.parameters,
    tags: row.tags,
    flowRunner: { type: row.flow_runner_type, config: row.flow_runner_config },
    priority: row.priority,
    maxRetries: row.max_retries,
    retryDelaysMs: row.retry_delays_ms,
  } satisfies Partial<DeploymentSpec>;
}
