import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId, systemClock } from '@millrace/clock';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import {
  type DispatchRequestSchema,
  type DispatchResponse,
  WorkQueueService,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openSignals, type Signal } from '@millrace/db';
import { insertDeployment, insertFlowRuns, testDatabase } from '@millrace/db/testing';
import { startDeployments } from '@millrace/deployments';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { startRpcServer } from '@millrace/rpc/server';
import { startScheduler } from '@millrace/scheduler';
import { openReadyAgents, openSecretBox } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';

type Message = NonNullable<MessageInitShape<typeof DispatchRequestSchema>['message']>;
const clock = systemClock;

/** Deployments and scheduler in one process, a deployment, a queue, and an agent played by hand. */
async function setup(queue: { readonly concurrencyLimit?: number; readonly filter?: { tags: string[] } } = {}) {
  await using stack = new AsyncDisposableStack();
  const { database } = stack.use(await testDatabase());
  const log = silentLogger();
  const signals = stack.use(await openSignals(database, { clock }));
  const heard: Signal[] = [];
  signals.subscribe((signal) => heard.push(signal));
  const secrets = openSecretBox({ keys: [], home: '/nowhere' });
  const options = { database, signals, clock, log, readyAgents: openReadyAgents(), secrets };
  const apps = [stack.use(await startDeployments(options)), stack.use(await startScheduler(options))];
  const services = apps.flatMap((app) => app.services);
  const server = stack.use(await startRpcServer({ host: '127.0.0.1', port: 0, app: 'test', services, clock, log }));
  const channel = stack.adopt(openGrpc(server.url), (opened) => opened[Symbol.dispose]());
  const queues = channel.client(WorkQueueService);
  await queues.createWorkQueue({ name: 'q', ...queue });
  const deployment = await insertDeployment(database, clock);
  const outgoing: Message[] = [
    { case: 'hello', value: { agentId: newId(clock), name: 'a', workQueueNames: ['q'], slots: 4 } },
  ];
  let wake = Promise.withResolvers<void>();
  const over = stack.adopt(new AbortController(), (controller) => controller.abort());
  const requests = async function* () {
    for (;;) {
      for (let next = outgoing.shift(); next; next = outgoing.shift()) yield { message: next };
      await wake.promise;
      wake = Promise.withResolvers();
    }
  };
  const responses = queues.dispatch(requests(), { signal: over.signal })[Symbol.asyncIterator]();
  const next = async () => ((await responses.next()).value as DispatchResponse).message;
  const send = (message: Message) => {
    outgoing.push(message);
    wake.resolve();
  };
  expect((await next()).case).toBe('welcome');
  const started = stack.move();
  return {
    database,
    deployment,
    heard,
    send,
    next,
    create: (request = {}) =>
      channel.client(DeploymentService).createFlowRun({
        key: { case: 'id', value: deployment.deploymentId },
        ...request,
      }),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Gives the agent credit and waits until the server has it: an echoed heartbeat comes after it. */
async function credit(agent: Awaited<ReturnType<typeof setup>>, slots: number) {
  agent.send({ case: 'credit', value: { slots } });
  agent.send({ case: 'heartbeat', value: { sequence: 1n } });
  expect((await agent.next()).case).toBe('heartbeatAck');
}

test('a due run is claimed in the transaction that makes it, for an agent with credit', async () => {
  await using app = await setup();
  await credit(app, 20);
  // While a claim is under way (after the credit, and each second) a run goes the way of the queue; so not the first, maybe.
  const attempt = async () => {
    app.heard.length = 0;
    return app.create();
  };
  let made = await attempt();
  for (let tries = 0; tries < 15 && made.flowRun?.state?.type !== StateType.PENDING; tries++) {
    await app.next();
    made = await attempt();
  }
  const { flowRun, created, workQueueNames } = made;
  expect(created).toBe(true);
  expect(workQueueNames).toEqual(['q']);
  expect(flowRun?.state?.type).toBe(StateType.PENDING);
  // Nobody is woken for it.
  expect(app.heard.map(({ kind }) => kind)).not.toContain('queue');
  expect(await app.next()).toMatchObject({ case: 'assignment', value: { epoch: 1, flowRun: { id: flowRun?.id } } });
});

test.each([
  ['without credit', {}, {}],
  ['at the limit of its queue', { concurrencyLimit: 0 }, {}],
  ['of another queue', { filter: { tags: ['gpu'] } }, {}],
  ['that is not due', {}, { scheduledTime: { seconds: 4_000_000_000n } }],
])('a run %s waits', async (why, queue, request) => {
  await using app = await setup(queue);
  if (why !== 'without credit') await credit(app, 1);
  const { flowRun } = await app.create(request);
  expect(flowRun?.state?.type).toBe(StateType.SCHEDULED);
});

test('what has waited for longer goes first', async () => {
  await using app = await setup();
  const [older = ''] = await insertFlowRuns(app.database, clock, app.deployment);
  const { flowRun: newer } = await app.create();
  await app.send({ case: 'credit', value: { slots: 1 } });
  expect(await app.next()).toMatchObject({ case: 'assignment', value: { flowRun: { id: older } } });
  app.send({ case: 'credit', value: { slots: 1 } });
  expect(await app.next()).toMatchObject({ case: 'assignment', value: { flowRun: { id: newer?.id } } });
});

test('a creation that fails gives the place back', async () => {
  await using app = await setup();
  await credit(app, 1);
  await expect(app.create({ parameters: { deep: 'x'.repeat(600 * 1024) } })).rejects.toThrow();
  const rename = (from: string, to: string) =>
    app.database.run({ name: 'rename', text: `alter table millrace.${from} rename to ${to}` }, []);
  await rename('holder', 'hidden');
  await expect(app.create()).rejects.toThrow();
  await rename('hidden', 'holder');
  const { flowRun } = await app.create();
  expect(await app.next()).toMatchObject({ case: 'assignment', value: { flowRun: { id: flowRun?.id } } });
});
