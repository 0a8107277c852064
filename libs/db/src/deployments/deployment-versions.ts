import { type Executor, statement } from '../connection/statement.ts';
import type { JsonObject, StoredSchedule } from '../connection/tables.ts';

/** A version of a deployment as it was written. */
export interface DeploymentVersionRow {
  version: number;
  created: number;
  created_by: string;
  is_current: boolean;
  flow_data_encoding: string;
  flow_data_blob: Buffer;
  parameters: JsonObject;
  tags: string[];
  flow_runner_type: string;
  flow_runner_config: JsonObject;
  parameter_schema: JsonObject | null;
  enforce_parameter_schema: boolean;
  priority: number;
  max_retries: number;
  retry_delays_ms: number[];
  schedules: StoredSchedule[];
}

const selection = `select v.version, v.created, v.created_by, v.version = d.version as is_current, v.flow_data_encoding,
     v.flow_data_blob, v.parameters, v.tags, v.flow_runner_type, v.flow_runner_config, v.parameter_schema,
     v.enforce_parameter_schema, v.priority, v.max_retries, v.retry_delays_ms, v.schedules
   from millrace.deployment_version v join millrace.deployment d on d.id = v.deployment_id
   where v.deployment_id = $1`;

const list = statement<DeploymentVersionRow>(
  'list_deployment_versions',
  `${selection} and v.version < $2 order by v.version desc limit $3`,
);

const read = statement<DeploymentVersionRow>('read_deployment_version', `${selection} and v.version = $2`);

/** Versions of a deployment below a number, newest first. */
export function listDeploymentVersions(
  executor: Executor,
  deploymentId: string,
  { below, limit }: { readonly below: number; readonly limit: number },
): Promise<DeploymentVersionRow[]> {
  return executor.run(list, [deploymentId, below, limit]);
}

/** One version of a deployment; undefined where there is none. */
export async function readDeploymentVersion(
  executor: Executor,
  deploymentId: string,
  version: number,
): Promise<DeploymentVersionRow | undefined> {
  return (await executor.run(read, [deploymentId, version]))[0];
}
