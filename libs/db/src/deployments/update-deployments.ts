import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { DeploymentPlan } from './plan-deployment.ts';

const update = statement(
  'update_deployments',
  `update millrace.deployment d set updated = $1, updated_by = $2, version = n.version,
     is_schedule_active = n.is_schedule_active, description = n.description
   from unnest($3::uuid[], $4::int[], $5::bool[], $6::text[]) as n(id, version, is_schedule_active, description)
   where d.id = n.id`,
);

/** Brings existing deployments to what their plans say. */
export async function updateDeployments(
  executor: Executor,
  plans: readonly DeploymentPlan[],
  context: { readonly now: number; readonly actor: string },
): Promise<void> {
  if (plans.length === 0) return;
  await executor.run(update, [
    toInstant(context.now),
    context.actor,
    plans.map((plan) => plan.deploymentId),
    plans.map((plan) => plan.version),
    plans.map((plan) => plan.isScheduleActive),
    plans.map((plan) => plan.spec.description),
  ]);
}
