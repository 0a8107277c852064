import { newId } from '@millrace/clock';
import type { CreateDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  applyDeployments,
  type DeploymentSpec,
  findDocuments,
  findFlowIds,
  findOrCreateFlows,
  findStorageIds,
  type PlannedDeployment,
  planDeployments,
  type Transaction,
  withTransaction,
} from '@millrace/db';
import { type FieldViolation, invalidArgument, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from './context.ts';
import { deploymentMessage } from './messages/deployment-message.ts';
import { checkDeployment } from './parameters/check-deployment.ts';
import { readDeployment, type WantedDeployment } from './requests/read-deployment.ts';

interface By {
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
}

/**
 * Brings deployments to what requests say, all or none.
 * @param prefixOf where the request of that place stands in the message, as errors name it: "deployments[2]."
 */
export async function apply(
  { database, clock, signals, schemas }: Context,
  requests: readonly CreateDeploymentRequest[],
  { prefixOf, call }: { prefixOf: (index: number) => string; call: CallContext },
) {
  const wanted = collect((violations) =>
    requests.map((request, index) => readDeployment(request, prefixOf(index), violations)),
  );
  const by: By = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const applied = await withTransaction(database, async (tx) => {
    const specs = await resolve(tx, wanted, by);
    return applyDeployments(tx, specs, {
      ...by,
      check: (plans) =>
        collect((violations) => {
          for (const [index, plan] of plans.entries())
            violations.push(...checkDeployment(schemas, plan, prefixOf(index)));
        }),
    });
  });
  signals.publish(applied.signals);
  return applied.results.map(({ deployment, created }) => ({ deployment: deploymentMessage(deployment), created }));
}

/** Says what {@link apply} would do; writes nothing. Documents need not have been put yet. */
export async function plan(
  { database, clock, schemas }: Context,
  requests: readonly CreateDeploymentRequest[],
  { prefixOf, call }: { prefixOf: (index: number) => string; call: CallContext },
): Promise<PlannedDeployment[]> {
  const wanted = collect((violations) =>
    requests.map((request, index) => readDeployment(request, prefixOf(index), violations)),
  );
  const by: By = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const withoutDocuments = wanted.map((each) => ({ ...each, needsDocument: false }));
  const planned = withTransaction(database, async (tx): Promise<never> => {
    const plans = await planDeployments(tx, await resolve(tx, withoutDocuments, by), by);
    throw new PlanMade(plans);
  });
  const made = await planned.catch((error: unknown) => {
    if (error instanceof PlanMade) return error.plans;
    throw error;
  });
  collect((violations) => {
    for (const [index, each] of made.entries())
      violations.push(...checkDeployment(schemas, each.plan, prefixOf(index)));
  });
  return made;
}

/** Rolls back what a plan has inserted and locked in order to be made. */
class PlanMade extends Error {
  readonly plans: PlannedDeployment[];

  constructor(plans: PlannedDeployment[]) {
    super('the plan is made');
    this.plans = plans;
  }
}

/** Looks up what the requests refer to. */
async function resolve(tx: Transaction, wanted: readonly WantedDeployment[], by: By): Promise<DeploymentSpec[]> {
  const ids = wanted.flatMap(({ flow }) => ('id' in flow ? [flow.id] : []));
  const existing = await findFlowIds(tx, ids);
  const unknown = ids.find((id) => !existing.has(id.toLowerCase()));
  if (unknown !== undefined) throw notFound('flow', unknown);
  const documents = await findDocuments(
    tx,
    wanted.flatMap(({ spec }) => spec.document ?? []),
  );
  const storages = await findStorageIds(
    tx,
    wanted.flatMap(({ storage }) => storage ?? []),
  );
  const names = wanted.flatMap(({ flow }) => ('name' in flow ? [flow.name] : []));
  const flows = await findOrCreateFlows(tx, names, by);

  return collect((violations) => {
    const taken = new Set<string>();
    return wanted.map(({ flow, spec, storage, needsDocument, prefix }) => {
      const flowId = 'id' in flow ? flow.id.toLowerCase() : (flows.get(flow.name) ?? '');
      const key = `${flowId}/${spec.name}`;
      if (taken.has(key)) violations.push({ field: `${prefix}name`, description: 'names the same deployment twice' });
      taken.add(key);
      const document = spec.document !== null && documents.has(spec.document) ? spec.document : null;
      if (needsDocument && document === null)
        violations.push({
          field: `${prefix}flow_data.blob`,
          description: `the manifest's document ${spec.document} has not been put`,
        });
      const storageId = storage === null ? null : storages.get(storage);
      if (storageId === undefined)
        violations.push({
          field: `${prefix}flow_data.blob`,
          description: `the manifest's storage ${JSON.stringify(storage)} is none of the server's`,
        });
      return { ...spec, document, flowId, storageId: storageId ?? null };
    });
  });
}

/** Lets `read` say what is wrong; INVALID_ARGUMENT with all of it. */
function collect<Result>(read: (violations: FieldViolation[]) => Result): Result {
  const violations: FieldViolation[] = [];
  const result = read(violations);
  if (violations.length > 0) throw invalidArgument(violations);
  return result;
}
