import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { DeploymentSpec } from './deployment-spec.ts';

const insert = statement<{ id: string; flow_id: string; name: string }>(
  'insert_deployments',
  `insert into millrace.deployment
     (created, updated, created_by, updated_by, version, id, flow_id, name, is_schedule_active, description)
   select $1, $1, $2, $2, 1, n.id, n.flow_id, n.name, n.is_schedule_active, n.description
   from unnest($3::uuid[], $4::uuid[], $5::text[], $6::bool[], $7::text[])
     as n(id, flow_id, name, is_schedule_active, description)
   order by n.flow_id, n.name
   on conflict (flow_id, name) do nothing
   returning id, flow_id, name`,
);

/** Inserts those of the deployments that there are not yet, waiting for whoever is making one of the same name. */
export function insertDeployments(
  executor: Executor,
  specs: readonly DeploymentSpec[],
  context: { readonly now: number; readonly actor: string; readonly newId: () => string },
) {
  return executor.run(insert, [
    toInstant(context.now),
    context.actor,
    specs.map(context.newId),
    specs.map((spec) => spec.flowId),
    specs.map((spec) => spec.name),
    specs.map((spec) => spec.isScheduleActive ?? true),
    specs.map((spec) => spec.description),
  ]);
}
