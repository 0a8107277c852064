import type { JsonObject } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  DeploymentService,
  type DeploymentServiceCreateFlowRunResponse,
  DeploymentServiceCreateFlowRunResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { type Api, openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { runTimeMs } from '../flow-run-text.ts';
import type { Output } from '../output.ts';
import { readParameters } from '../parameters.ts';
import { type DeploymentKey, deploymentKey } from '../resource-name.ts';
import { readTimeFlag } from '../time-flag.ts';

export async function run(invocation: Invocation): Promise<number | undefined> {
  const { input, output, settings } = invocation;
  const key = deploymentKey(input.argument);
  const at = readTimeFlag(input, 'at');
  const scheduledTime = at === undefined ? undefined : timestampFromMs(at);
  const assignments = input.texts('param');
  // Read without the schema first, so that what can't be right is told before anything is asked of the server.
  const untyped = readParameters(input.text('params'), [], undefined);
  using api = openApi(settings);
  const schema = assignments.length > 0 ? await parameterSchema(api, key) : undefined;
  const reply = await api.client(DeploymentService).createFlowRun({
    key,
    parameters: { ...untyped, ...readParameters(undefined, assignments, schema) },
    tags: [...input.texts('tag')],
    ...(scheduledTime && { scheduledTime }),
    idempotencyKey: input.text('idempotency-key') ?? '',
  });
  if (!input.on('watch')) {
    if (output.json) await output.reply(DeploymentServiceCreateFlowRunResponseSchema, reply);
    else for (const line of tell(reply, output)) output.line(line);
    return undefined;
  }
  if (output.json) await output.event(DeploymentServiceCreateFlowRunResponseSchema, reply);
  else for (const line of tell(reply, output)) output.note(line);
  // Brings the SDK's client, which nothing but watching needs.
  const { followFlowRun } = await import('../follow-flow-run.ts');
  const last = await followFlowRun(invocation, reply.flowRun?.id ?? '');
  return last === StateType.COMPLETED ? 0 : 1;
}

async function parameterSchema(api: Api, key: DeploymentKey): Promise<JsonObject | undefined> {
  const { deployment } = await api.client(DeploymentService).getDeployment({ key });
  return deployment?.parameterSchema;
}

function tell({ flowRun, created, workQueueNames }: DeploymentServiceCreateFlowRunResponse, output: Output): string[] {
  if (!flowRun) return [];
  const time = runTimeMs(flowRun);
  const what = `flow run '${flowRun.name}' (${flowRun.id})`;
  const later = flowRun.created && time !== undefined && time > timestampMs(flowRun.created);
  const queues = workQueueNames.map((name) => `'${name}'`).join(', ');
  return [
    created
      ? `Created ${what}${later ? `, to start ${output.time(time)}` : ''}.`
      : `There is a run with this idempotency key: ${what}.`,
    ...(queues
      ? [`It is handed out by work queue ${queues}.`]
      : [
          'No work queue serves it: it waits until one does. Create one with:',
          '    millrace work-queue create default',
        ]),
    `View it with: millrace flow-run inspect ${flowRun.id}`,
  ];
}
