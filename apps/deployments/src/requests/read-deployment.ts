import type { CreateDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { DeploymentSpec } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';
import { durationMs } from './duration-ms.ts';
import { readFlowData } from './read-flow-data.ts';
import { readFlowRunner } from './read-flow-runner.ts';
import { readSchedules } from './read-schedules.ts';

/** What a request wants, its flow still to be looked up. */
export interface WantedDeployment {
  readonly flow: { readonly id: string } | { readonly name: string };
  readonly spec: Omit<DeploymentSpec, 'flowId' | 'storageId'>;
  /** The name of the storage that has the package, where that has a name. */
  readonly storage: string | null;
  /** Whether the spec's document must be there. */
  readonly needsDocument: boolean;
  /** Where it stands in the request: "", "deployments[2].". */
  readonly prefix: string;
}

/** Reads a request, whose proto constraints hold; what else is wrong with it is added to `violations`. */
export function readDeployment(
  request: CreateDeploymentRequest,
  prefix: string,
  violations: FieldViolation[],
): WantedDeployment {
  const { flow, parameters = {}, retryPolicy } = request;
  const flowData = readFlowData(request.flowData, prefix, violations);
  const problem = jsonProblem(parameters, parameterLimits);
  if (problem) violations.push({ field: `${prefix}parameters`, description: problem });
  return {
    prefix,
    storage: flowData.storage,
    needsDocument: flowData.needsDocument,
    flow: flow.case === 'flowId' ? { id: flow.value } : { name: flow.value ?? '' },
    spec: {
      name: request.name,
      flowDataEncoding: flowData.encoding,
      flowDataBlob: flowData.blob,
      document: flowData.document,
      parameterSchema: flowData.parameterSchema,
      enforceParameterSchema: request.enforceParameterSchema ?? true,
      schedules: readSchedules(request.schedules, prefix, violations),
      isScheduleActive: request.isScheduleActive ?? null,
      parameters,
      tags: [...new Set(request.tags)],
      flowRunner: readFlowRunner(request.flowRunner, prefix, violations),
      description: request.description,
      priority: request.priority,
      maxRetries: retryPolicy?.maxRetries ?? 0,
      retryDelaysMs: retryPolicy?.delays.map(durationMs) ?? [],
    },
  };
}
