import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { DeploymentPlan } from './plan-deployment.ts';

// Lists go as JSON: arrays of arrays must be rectangular in Postgres.
const insert = statement(
  'insert_deployment_versions',
  `insert into millrace.deployment_version
     (created, created_by, deployment_id, version, flow_data_encoding, flow_data_blob, parameters, tags,
      flow_runner_type, flow_runner_config, parameter_schema, enforce_parameter_schema, priority, max_retries,
      retry_delays_ms, schedules)
   select $1, $2, n.deployment_id, n.version, n.flow_data_encoding, n.flow_data_blob, n.parameters,
     array(select jsonb_array_elements_text(n.tags)), n.flow_runner_type, n.flow_runner_config, n.parameter_schema,
     n.enforce_parameter_schema, n.priority, n.max_retries,
     array(select jsonb_array_elements_text(n.retry_delays_ms)::float8), n.schedules
   from unnest($3::uuid[], $4::int[], $5::text[], $6::bytea[], $7::jsonb[], $8::jsonb[], $9::text[], $10::jsonb[],
               $11::jsonb[], $12::bool[], $13::smallint[], $14::int[], $15::jsonb[], $16::jsonb[])
     as n(deployment_id, version, flow_data_encoding, flow_data_blob, parameters, tags, flow_runner_type,
          flow_runner_config, parameter_schema, enforce_parameter_schema, priority, max_retries, retry_delays_ms,
          schedules)`,
);

/** Writes the versions that plans lead to. */
export async function insertDeploymentVersions(
  executor: Executor,
  plans: readonly DeploymentPlan[],
  context: { readonly now: number; readonly actor: string },
): Promise<void> {
  if (plans.length === 0) return;
  const column = <Value>(value: (plan: DeploymentPlan) => Value) => plans.map(value);
  await executor.run(insert, [
    toInstant(context.now),
    context.actor,
    column((plan) => plan.deploymentId),
    column((plan) => plan.version),
    column(({ spec }) => spec.flowDataEncoding),
    column(({ spec }) => Buffer.from(spec.flowDataBlob)),
    column(({ spec }) => JSON.stringify(spec.parameters)),
    column(({ spec }) => JSON.stringify(spec.tags)),
    column(({ flowRunner }) => flowRunner.type),
    column(({ flowRunner }) => JSON.stringify(flowRunner.config)),
    column(({ spec }) => spec.parameterSchema && JSON.stringify(spec.parameterSchema)),
    column(({ spec }) => spec.enforceParameterSchema),
    column(({ spec }) => spec.priority),
    column(({ spec }) => spec.maxRetries),
    column(({ spec }) => JSON.stringify(spec.retryDelaysMs)),
    column((plan) => JSON.stringify(plan.declaredSchedules)),
  ]);
}
