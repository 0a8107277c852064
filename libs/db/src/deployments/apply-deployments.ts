import type { Executor } from '../connection/statement.ts';
import { insertDocumentRefs } from '../documents/insert-document-refs.ts';
import { lockSchedulesOf } from '../schedules/lock-schedules.ts';
import { materialiseFires } from '../schedules/materialise-fires.ts';
import { restartSchedules, settleSchedules, skipDueRuns } from '../schedules/restart-schedules.ts';
import { deleteSchedules, writeSchedules } from '../schedules/write-schedules.ts';
import type { Signal } from '../signals/signals.ts';
import { insertStorageRefs } from '../storages/insert-storage-refs.ts';
import { lockWaitingFlowRunsOf } from '../transitions/lock-flow-runs.ts';
import { countWaitingRuns } from './count-waiting-runs.ts';
import type { DeploymentSpec } from './deployment-spec.ts';
import { insertDeploymentVersions } from './insert-deployment-versions.ts';
import { insertDeployments } from './insert-deployments.ts';
import { lockDeployments } from './lock-deployments.ts';
import { type DeploymentPlan, planDeployment } from './plan-deployment.ts';
import { type CurrentDeployment, readDeployments } from './read-deployments.ts';
import { updateDeployments } from './update-deployments.ts';

export interface ApplyContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
  /** Sees what will become of each deployment, in the order of the specs, before it is written; may throw. */
  readonly check?: (plans: readonly DeploymentPlan[]) => void;
}

export interface AppliedDeployments {
  /** In the order of the specs. */
  readonly results: readonly { readonly deployment: CurrentDeployment; readonly created: boolean }[];
  /** To be published after the commit. */
  readonly signals: readonly Signal[];
}

/**
 * Brings deployments to what the specs say, with their coming runs, within the caller's transaction. Specs name
 * different deployments, flows, documents and storages that exist. What is so already is not written.
 */
export async function applyDeployments(
  executor: Executor,
  specs: readonly DeploymentSpec[],
  context: ApplyContext,
): Promise<AppliedDeployments> {
  const plans = await planAll(executor, specs, context);
  context.check?.(plans);

  const versions = plans.filter((plan) => plan.newVersion);
  const removed = plans.flatMap((plan) => plan.removedScheduleIds);
  const restarted = plans.flatMap((plan) => plan.restartedScheduleIds);
  const bySchedules = { ...context, actor: 'deployments' };
  const settled = await settleSchedules(executor, restarted, bySchedules);
  // Before any gate and any fire: who claims runs, or ends them, has the runs and wants those.
  await lockWaitingFlowRunsOf(executor, [...removed, ...restarted]);
  await insertDeploymentVersions(executor, versions, context);
  await updateDeployments(
    executor,
    plans.filter((plan) => plan.changed),
    context,
  );
  await insertDocumentRefs(executor, versions.flatMap(documentRefs));
  await insertStorageRefs(executor, versions.flatMap(storageRefs));
  const schedules = plans.flatMap(({ deploymentId, schedules }) =>
    schedules.filter(({ changed }) => changed).map((schedule) => ({ ...schedule, deploymentId })),
  );
  await writeSchedules(executor, schedules, context.now);
  const gone = await restartSchedules(executor, [...removed, ...restarted], context);
  await deleteSchedules(executor, removed);
  const skipped = await skipDueRuns(executor, plans.flatMap(pausedScheduleIds), context);
  const made = await materialiseFires(executor, restarted, bySchedules);

  const deployments = await readDeployments(
    executor,
    plans.map((plan) => plan.deploymentId),
  );
  return {
    results: deployments.map((deployment, index) => ({ deployment, created: plans[index]?.created ?? false })),
    signals: [...settled, ...gone.map((id): Signal => ({ kind: 'flow-run', id })), ...skipped, ...made.signals],
  };
}

/** A plan, and what it means for runs that wait. */
export interface PlannedDeployment {
  readonly plan: DeploymentPlan;
  /** Runs to come that would be made anew. */
  readonly runsReplaced: number;
  /** Runs that would keep their version. */
  readonly runsKept: number;
}

/**
 * What {@link applyDeployments} would do, in the order of the specs. Locks, and inserts what there is not yet: to be called
 * in a transaction that is then rolled back.
 */
export async function planDeployments(
  executor: Executor,
  specs: readonly DeploymentSpec[],
  context: Omit<ApplyContext, 'check'>,
): Promise<PlannedDeployment[]> {
  const plans = await planAll(executor, specs, context);
  const scheduleIds = plans.flatMap((plan) => [...plan.removedScheduleIds, ...plan.restartedScheduleIds]);
  const ids = plans.map((plan) => plan.deploymentId);
  const { ahead, waiting } = await countWaitingRuns(executor, ids, { scheduleIds, now: context.now });
  return plans.map((plan) => {
    const runsReplaced = ahead.get(plan.deploymentId) ?? 0;
    return { plan, runsReplaced, runsKept: (waiting.get(plan.deploymentId) ?? 0) - runsReplaced };
  });
}

/** Locks or inserts each deployment, and decides what becomes of it. */
async function planAll(executor: Executor, specs: readonly DeploymentSpec[], context: Omit<ApplyContext, 'check'>) {
  const existing = await lockDeployments(executor, specs);
  const found = new Map(existing.map((row) => [keyOf(row.flow_id, row.name), row.id]));
  const missing = specs.filter((spec) => !found.has(keyOf(spec.flowId, spec.name)));
  const inserted = missing.length ? await insertDeployments(executor, missing, context) : [];
  const added = new Map(inserted.map((row) => [keyOf(row.flow_id, row.name), row.id]));
  // Whoever was faster has committed by now.
  const taken = missing.filter((spec) => !added.has(keyOf(spec.flowId, spec.name)));
  if (taken.length)
    for (const row of await lockDeployments(executor, taken)) found.set(keyOf(row.flow_id, row.name), row.id);

  const ids = [...found.values()];
  if (ids.length) await lockSchedulesOf(executor, ids);
  const current = new Map((await readDeployments(executor, ids)).map((row) => [row.id, row]));
  return specs.map((spec): DeploymentPlan => {
    const key = keyOf(spec.flowId, spec.name);
    const deploymentId = found.get(key) ?? added.get(key);
    if (deploymentId === undefined) throw new DeploymentGoneError(spec.name);
    return planDeployment(spec, current.get(deploymentId), { deploymentId, newId: context.newId });
  });
}

/** Another transaction made a deployment and yet another deleted it, all in the midst of this one. */
class DeploymentGoneError extends Error {
  /** As Postgres says that a transaction should be tried again. */
  readonly code = '40001';

  constructor(name: string) {
    super(`deployment ${name} was deleted by another transaction`);
  }
}

/** Schedules that fire no more, and may have done so before. */
function pausedScheduleIds({ schedules, isScheduleActive, restartedScheduleIds }: DeploymentPlan): string[] {
  const isPaused = (id: string) => schedules.some((each) => each.id === id && !(each.active && isScheduleActive));
  return restartedScheduleIds.filter(isPaused);
}

function documentRefs({ spec, deploymentId, version }: DeploymentPlan) {
  return spec.document === null ? [] : [{ sha256: spec.document, deploymentId, version }];
}

function storageRefs({ spec, deploymentId, version }: DeploymentPlan) {
  return spec.storageId === null ? [] : [{ storageId: spec.storageId, deploymentId, version }];
}

// No flow id contains a slash.
function keyOf(flowId: string, name: string): string {
  return `${flowId}/${name}`;
}
