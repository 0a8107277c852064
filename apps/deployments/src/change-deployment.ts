import { newId } from '@millrace/clock';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import {
  applyDeployments,
  type CurrentDeployment,
  type DeploymentSpec,
  lockDeploymentChanges,
  readDeployments,
  type Transaction,
  withTransaction,
} from '@millrace/db';
import { type FieldViolation, failedPrecondition, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from './context.ts';
import { deploymentMessage } from './messages/deployment-message.ts';
import { checkDeployment } from './parameters/check-deployment.ts';
import type { KeyMessage } from './requests/read-deployment-key.ts';
import { resolveDeployment } from './requests/resolve-deployment.ts';

/** How a deployment that is there is to change. */
export interface DeploymentChange {
  readonly key: KeyMessage;
  readonly call: CallContext;
  /** What it is to be; called when nobody else can change it any more. */
  readonly toSpec: (current: CurrentDeployment, tx: Transaction) => DeploymentSpec | Promise<DeploymentSpec>;
}

/** Changes a deployment as a deploy does: with its runs to come, in one transaction. NOT_FOUND where there is none. */
export async function changeDeployment(
  { database, clock, signals, schemas }: Context,
  { key, call, toSpec }: DeploymentChange,
): Promise<Deployment> {
  const by = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const applied = await withTransaction(database, async (tx) => {
    const id = await resolveDeployment(tx, key);
    const isThere = await lockDeploymentChanges(tx, id);
    const [current] = isThere ? await readDeployments(tx, [id]) : [];
    if (!current) throw notFound('deployment', key.value ?? '');
    return applyDeployments(tx, [await toSpec(current, tx)], {
      ...by,
      check: (plans) => refuse(plans.flatMap((plan) => checkDeployment(schemas, plan, ''))),
    });
  });
  signals.publish(applied.signals);
  const [result] = applied.results;
  if (!result) throw notFound('deployment', key.value ?? '');
  return deploymentMessage(result.deployment);
}

// The request itself has nothing wrong: what it would lead to has.
function refuse(violations: readonly FieldViolation[]): void {
  if (violations.length === 0) return;
  const problems = violations.map(({ field, description }) => `${field}: ${description}`);
  throw failedPrecondition(
    'PARAMETERS_DO_NOT_FIT',
    `schedules would make runs that can't start: ${problems.join('; ')}`,
  );
}

/** A spec that changes nothing. */
export function specOf(current: CurrentDeployment): Omit<DeploymentSpec, 'document' | 'storageId'> {
  return {
    flowId: current.flow_id,
    name: current.name,
    flowDataEncoding: current.flow_data_encoding,
    flowDataBlob: current.flow_data_blob,
    parameterSchema: current.parameter_schema,
    enforceParameterSchema: current.enforce_parameter_schema,
    schedules: current.schedules.map(({ slug, spec, timezone, parameters, options }) => ({
      ...{ slug, spec, timezone, parameters, options },
      active: null,
    })),
    isScheduleActive: null,
    parameters: current.parameters,
    tags: current.tags,
    flowRunner: null,
    description: current.description,
    priority: current.priority,
    maxRetries: current.max_retries,
    retryDelaysMs: current.retry_delays_ms,
  };
}
