import { timestampMs } from '@bufbuild/protobuf/wkt';
import { newId } from '@millrace/clock';
import type { DeploymentServiceCreateFlowRunRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  ConnectionLostError,
  type CurrentDeployment,
  createFlowRuns,
  type Executor,
  type FlowRunToCreate,
  findFlowRunByKey,
  flowRunMessage,
  keepDeployment,
  namesOfQueues,
  randomRunName,
  readFlowRuns,
  readQueueNames,
  type Signal,
} from '@millrace/db';
import { type FieldViolation, invalidArgument, notFound, unavailable } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import { checkParent } from '@millrace/service';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';
import type { Context } from '../context.ts';
import { fieldBelow } from '../parameters/parameter-field.ts';
import { SchemaError } from '../parameters/schema-engine.ts';
import { readDeploymentKey } from '../requests/read-deployment-key.ts';
import { readFlowRunner } from '../requests/read-flow-runner.ts';
import { EagerClaim } from '../runs/eager-claim.ts';

/** What a run is to have besides what its deployment gives it. */
type WantedRun = Pick<
  FlowRunToCreate,
  'parameters' | 'tags' | 'scheduledTime' | 'idempotencyKey' | 'name' | 'parentFlowRunId'
> & {
  readonly flowRunner: ReturnType<typeof readFlowRunner>;
};

export async function createFlowRun(
  context: Context,
  request: DeploymentServiceCreateFlowRunRequest,
  call: CallContext,
) {
  const { clock, signals, transactions, readyAgents } = context;
  const by = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const wanted = readRun(request, by.now);
  using eager = new EagerClaim(readyAgents);
  const made = await transactions
    .transaction(async (tx) => {
      const deployment = await readKept(tx, request.key);
      return make(tx, { deployment, wanted, context, by }, eager);
    })
    .catch((error: unknown) => {
      if (!(error instanceof ConnectionLostError)) throw error;
      throw unavailable(
        'NOT_CREATED',
        'the database was lost; with an idempotency key the call can be repeated safely',
      );
    });
  eager.handOver();
  signals.publish(made.wakeUps);
  return { flowRun: flowRunMessage(made.run), created: made.created, workQueueNames: made.workQueueNames };
}

/** Finds the run of the idempotency key, or makes one and, if it is due and an agent is ready, claims it at once. */
async function make(tx: Executor, creation: Creation, eager: EagerClaim) {
  const { id, created, wakeUps } = await findOrCreate(tx, creation);
  const queueIds = wakeUps.filter((signal) => signal.kind === 'queue').map((signal) => signal.id);
  const isDue = created && creation.wanted.scheduledTime <= creation.by.now;
  const [workQueueNames] = await Promise.all([
    created ? namesOfQueues(tx, queueIds) : readQueueNames(tx, id),
    isDue ? eager.claim(tx, queueIds, creation.by) : undefined,
  ]);
  const run = eager.rowOf(id) ?? (await readFlowRuns(tx, [id]))[0];
  // Made by another call, and deleted since.
  if (!run) throw unavailable('FLOW_RUN_GONE', 'the run of this idempotency key was deleted meanwhile', 100);
  const needed = eager.rowOf(id) ? wakeUps.filter((signal) => signal.kind !== 'queue') : wakeUps;
  return { run, created, workQueueNames, wakeUps: [...needed, ...eager.signals] };
}

function readRun(request: DeploymentServiceCreateFlowRunRequest, now: number): WantedRun {
  const violations: FieldViolation[] = [];
  const { parameters = {}, scheduledTime } = request;
  const problem = jsonProblem(parameters, parameterLimits);
  if (problem) violations.push({ field: 'parameters', description: problem });
  const at = scheduledTime ? timestampMs(scheduledTime) : now;
  if (!(at >= earliest && at <= latest))
    violations.push({ field: 'scheduled_time', description: 'must be within the years 1 to 9999' });
  const flowRunner = readFlowRunner(request.flowRunner, '', violations);
  if (violations.length > 0) throw invalidArgument(violations);
  return {
    parameters,
    tags: request.tags,
    scheduledTime: at,
    idempotencyKey: request.idempotencyKey || null,
    name: request.flowRunName || randomRunName(),
    parentFlowRunId: request.parentFlowRunId || null,
    flowRunner,
  };
}

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.UTC(9999, 11, 31);

/** Reads the deployment, kept from being deleted until the transaction ends. */
async function readKept(tx: Executor, key: DeploymentServiceCreateFlowRunRequest['key']): Promise<CurrentDeployment> {
  const deployment = await keepDeployment(tx, readDeploymentKey(key));
  if (!deployment) throw notFound('deployment', key.value ?? '');
  return deployment;
}

interface Creation {
  readonly deployment: CurrentDeployment;
  readonly wanted: WantedRun;
  readonly context: Context;
  readonly by: { readonly now: number; readonly actor: string; readonly newId: () => string };
}

async function findOrCreate(tx: Executor, { deployment, wanted, context, by }: Creation) {
  const first = async () =>
    wanted.idempotencyKey === null ? undefined : findFlowRunByKey(tx, deployment.flow_id, wanted.idempotencyKey);
  const none: Signal[] = [];
  const known = await first();
  if (known !== undefined) return { id: known, created: false, wakeUps: none };
  const run = runOf(deployment, wanted, by.newId());
  checkParameters(context, deployment, run);
  await checkParent(tx, run.parentFlowRunId);
  const { createdIds, signals } = await createFlowRuns(tx, [run], by);
  // Nothing was made where another call with the same key was faster; it has committed by now.
  if (createdIds.length === 0) return { id: (await first()) ?? run.id, created: false, wakeUps: none };
  return { id: run.id, created: true, wakeUps: signals };
}

function runOf(deployment: CurrentDeployment, wanted: WantedRun, id: string): FlowRunToCreate {
  const { flowRunner, ...own } = wanted;
  return {
    ...own,
    id,
    flowId: deployment.flow_id,
    deploymentId: deployment.id,
    deploymentVersion: deployment.version,
    scheduleId: null,
    autoScheduled: false,
    parameters: { ...deployment.parameters, ...wanted.parameters },
    tags: [...new Set([...deployment.tags, ...wanted.tags])],
    flowRunnerType: flowRunner?.type ?? deployment.flow_runner_type,
    flowRunnerConfig: flowRunner?.config ?? deployment.flow_runner_config,
    priority: deployment.priority,
    maxRetries: deployment.max_retries,
    retryDelaysMs: deployment.retry_delays_ms,
    message: '',
  };
}

function checkParameters({ schemas }: Context, deployment: CurrentDeployment, { parameters }: FlowRunToCreate): void {
  const problem = jsonProblem(parameters, parameterLimits);
  if (problem) throw invalidArgument([{ field: 'parameters', description: `with the deployment's ${problem}` }]);
  const schema = deployment.parameter_schema;
  if (!schema || !deployment.enforce_parameter_schema) return;
  try {
    const problems = schemas.check(schema, parameters);
    if (problems.length === 0) return;
    throw invalidArgument(
      problems.map(({ pointer, description }) => ({ field: fieldBelow('parameters', pointer), description })),
    );
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const description = `can not be checked: the deployment's schema ${error.message}`;
    throw invalidArgument([{ field: 'parameters', description }]);
  }
}
