import { hostname } from 'node:os';
import { cwd } from 'node:process';
import type { JsonObject } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { newId } from '@millrace/clock';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { GetFlowRunResponseSchema } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { notFound } from '@millrace/rpc/errors';
import { serviceUrls } from '@millrace/settings';
import { fetchPackage, isTerminal, MillraceClient } from 'millrace/client';
import type { Invocation } from '../command.ts';
import { executeRun } from '../execute-run.ts';
import { readParameters } from '../parameters.ts';
import { deploymentKey } from '../resource-name.ts';

export async function run({ input, output, settings, environment, clock, stop }: Invocation): Promise<number> {
  const key = deploymentKey(input.argument);
  const assignments = input.texts('param');
  const untyped = readParameters(input.text('params'), [], undefined);
  const urls = serviceUrls(settings);
  using client = new MillraceClient({ urls, actor: 'cli' });
  const { deployment } = await client.deployments.getDeployment({ key });
  if (!deployment) throw notFound('deployment', input.argument);
  const given = { ...untyped, ...readParameters(undefined, assignments, deployment.parameterSchema) };
  const parameters = { ...deployment.parameters, ...given };
  const code = await fetchPackage(deployment.flowData, { storage: client.storage, home: settings.home, signal: stop });
  const created = await createRun(client, deployment, { parameters, id: newId(clock) });
  output.note(`Executing flow run '${created.name}' (${created.id})`);
  await executeRun({
    assignment: {
      flowRunId: created.id,
      flowRunName: created.name,
      epoch: created.leaseEpoch,
      flowName: created.flowName,
      deploymentId: undefined,
      deploymentName: undefined,
      tags: created.tags,
      parameters,
      runCount: 0,
      scheduledTime: created.created ? timestampMs(created.created) : clock.now(),
      package: code,
      urls,
      env: {},
      workingDirectory: cwd(),
    },
    home: settings.home,
    environment,
    printsToStderr: output.json,
    stop,
  });
  const ended = await endOf(client, created, newId(clock));
  if (output.json) await output.reply(GetFlowRunResponseSchema, ended);
  const { state } = ended.flowRun ?? {};
  output.note(`Flow run '${created.name}' ended as ${state?.name}${state?.message ? `: ${state.message}` : ''}`);
  return state?.type === StateType.COMPLETED ? 0 : 1;
}

async function createRun(
  client: MillraceClient,
  { flowName, tags, retryPolicy }: Deployment,
  { id, parameters }: { id: string; parameters: JsonObject },
): Promise<FlowRun> {
  const { flowRun } = await client.flowRuns.createFlowRun({
    id,
    flowName,
    holderId: crypto.randomUUID(),
    holderName: `command line on ${hostname()}`,
    parameters,
    tags,
    retryPolicy,
  });
  if (!flowRun) throw notFound('flow run', id);
  return flowRun;
}

/** The run as it ended. A process that died could not say so: it is said here, rather than after its lease. */
async function endOf(client: MillraceClient, { id, leaseEpoch }: FlowRun, requestId: string) {
  const ended = await client.flowRuns.getFlowRun({ id });
  if (isTerminal(ended.flowRun?.state?.type ?? StateType.UNSPECIFIED)) return ended;
  const state = { type: StateType.CRASHED, message: 'Its process ended before it did.', cause: 'process-ended' };
  await client.transitions.applyTransitions({
    items: [{ flowRunId: id, requestId, epoch: leaseEpoch, state }],
    actor: 'cli',
  });
  return client.flowRuns.getFlowRun({ id });
}
