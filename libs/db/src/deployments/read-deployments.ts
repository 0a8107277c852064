import { type Executor, statement } from '../connection/statement.ts';
import type { JsonObject, ScheduleOptions, StoredSchedule, StoredScheduleSpec } from '../connection/tables.ts';
import type { DeploymentKey } from './find-deployment.ts';

/** A schedule as it is now. */
export interface CurrentSchedule {
  id: string;
  slug: string;
  spec: StoredScheduleSpec;
  timezone: string;
  active: boolean;
  parameters: JsonObject;
  options: ScheduleOptions;
  error: string | null;
}

/** A deployment as it is now: its row, its version's and its schedules in the order of their declaration. */
export interface CurrentDeployment {
  id: string;
  created: number;
  updated: number;
  flow_id: string;
  flow_name: string;
  name: string;
  is_schedule_active: boolean;
  version: number;
  description: string;
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
  declared_schedules: StoredSchedule[];
  schedules: CurrentSchedule[];
}

const selection = `select d.id, d.created, d.updated, d.flow_id, f.name as flow_name, d.name, d.is_schedule_active, d.version,
          d.description, v.flow_data_encoding, v.flow_data_blob, v.parameters, v.tags, v.flow_runner_type,
          v.flow_runner_config, v.parameter_schema, v.enforce_parameter_schema, v.priority, v.max_retries,
          v.retry_delays_ms, v.schedules as declared_schedules,
          coalesce((select jsonb_agg(to_jsonb(s) order by o.place)
                    from jsonb_array_elements(v.schedules) with ordinality as o(declared, place)
                    join millrace.schedule s on s.deployment_id = d.id and s.slug = o.declared ->> 'slug'),
                   '[]') as schedules
   from millrace.deployment d
   join millrace.flow f on f.id = d.flow_id
   join millrace.deployment_version v on v.deployment_id = d.id and v.version = d.version`;

const keep = statement<{ id: string }>(
  'keep_deployment',
  'select id from millrace.deployment where id = $1 for key share',
);

const keepByName = statement<{ id: string }>(
  'keep_deployment_by_name',
  `select d.id from millrace.deployment d join millrace.flow f on f.id = d.flow_id
   where f.name = $1 and d.name = $2 for key share of d`,
);

const read = statement<CurrentDeployment>('read_deployments', `${selection} where d.id = any($1::uuid[])`);

const readByName = statement<CurrentDeployment>(
  'read_deployment_by_name',
  `${selection} where f.name = $1 and d.name = $2`,
);

/** Reads those of the deployments that exist, in the order of the ids. */
export async function readDeployments(executor: Executor, ids: readonly string[]): Promise<CurrentDeployment[]> {
  const rows = new Map((await executor.run(read, [ids])).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

/**
 * Reads a deployment and keeps it from being deleted until the transaction ends; undefined where there is none. Read by
 * the statement after the one that waits for a change under way, so as it is after that. One that is made between the two
 * is not kept, and counts as not there.
 */
export async function keepDeployment(executor: Executor, key: DeploymentKey): Promise<CurrentDeployment | undefined> {
  const [kept, [deployment]] = await Promise.all(
    'id' in key
      ? [executor.run(keep, [key.id]), executor.run(read, [[key.id]])]
      : [executor.run(keepByName, [key.flowName, key.name]), executor.run(readByName, [key.flowName, key.name])],
  );
  return kept.length > 0 ? deployment : undefined;
}
