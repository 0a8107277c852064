import { create } from '@bufbuild/protobuf';
import { newId, systemClock } from '@millrace/clock';
import { HelloSchema, WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openSignals, openTransitionLanes, type Signals } from '@millrace/db';
import { insertDeployment, insertFlowRuns, type TestDatabase, testDatabase } from '@millrace/db/testing';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { type RpcServer, startRpcServer } from '@millrace/rpc/server';
import { defaultRetention, openReadyAgents, openSecretBox, type RunningApp } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openClaimer } from '../src/dispatch/claimer.ts';
import { Session } from '../src/dispatch/session.ts';
import { startScheduler } from '../src/start.ts';
import { type AgentMessage, type PlayedHello, playAgent } from './played-agent.ts';

const clock = systemClock;
let db: TestDatabase;
let signals: Signals;
let app: RunningApp;
let server: RpcServer;
let warned: PromiseWithResolvers<void>;

beforeEach(async () => {
  warned = Promise.withResolvers();
  db = await testDatabase();
  signals = await openSignals(db.database, { clock });
  await start();
});
afterEach(async () => {
  await stop();
  await signals[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

async function start(port = 0) {
  const log = Object.assign(silentLogger(), { warn: () => warned.resolve() });
  const secrets = openSecretBox({ keys: [], home: '/nowhere' });
  app = await startScheduler({ database: db.database, signals, clock, log, secrets });
  server = await startRpcServer({ host: '127.0.0.1', port, app: 'scheduler', services: [...app.services], clock, log });
}

async function stop() {
  await server[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
}

const connect = (workQueueNames: string[], hello: PlayedHello = {}) => playAgent(server.url, workQueueNames, hello);

async function makeQueue(name: string, concurrencyLimit?: number) {
  const channel = openGrpc(server.url);
  await channel.client(WorkQueueService).createWorkQueue({ name, concurrencyLimit });
  channel[Symbol.dispose]();
}

const credit = (slots: number): AgentMessage => ({ case: 'credit', value: { slots } });

async function untilState(flowRunId: string, name: string) {
  const reached = Promise.withResolvers<void>();
  const look = async () => {
    const row = await db.database.kysely
      .selectFrom('flow_run')
      .selectAll()
      .where('id', '=', flowRunId)
      .executeTakeFirst();
    if (row?.state_name === name) reached.resolve();
    return row;
  };
  const unsubscribe = signals.subscribe(() => void look());
  await look();
  await reached.promise;
  unsubscribe();
  return look();
}

test('pushes a run the moment it is made, with its code, and no more than there is credit for', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  using agent = connect(['q']);
  expect((await agent.next('welcome')).missingWorkQueueNames).toEqual([]);
  agent.send(credit(1));
  const made = await insertFlowRuns(db.database, clock, { ...deployment, count: 2, parameters: { name: 'x' } });
  // Due at the same time, they go by id.
  const ids = made.toSorted();
  const first = await agent.next('assignment');
  expect(first.flowRun?.id).toBe(ids[0]);
  expect(first.flowRun?.parameters).toEqual({ name: 'x' });
  expect(first.epoch).toBe(1);
  expect(first.flowData?.encoding).toBe('json');
  agent.send({ case: 'ack', value: { flowRunId: ids[0], epoch: 1 } });
  agent.send({ case: 'heartbeat', value: { sequence: 5n } });
  expect((await agent.next('heartbeatAck')).sequence).toBe(5n);
  agent.send(credit(1));
  expect((await agent.next('assignment')).flowRun?.id).toBe(ids[1]);
});

test('pushes a run at its time', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  using agent = connect(['q']);
  await agent.next('welcome');
  agent.send(credit(4));
  const scheduledTime = clock.now() + 300;
  await insertFlowRuns(db.database, clock, { ...deployment, scheduledTime });
  signals.publish([{ kind: 'resync', id: '' }]);
  await agent.next('assignment');
  expect(clock.now()).toBeGreaterThanOrEqual(scheduledTime);
});

test('serves a queue that is made later, also to an agent that waits for it', async () => {
  const deployment = await insertDeployment(db.database, clock);
  const [id = ''] = await insertFlowRuns(db.database, clock, deployment);
  using agent = connect(['later']);
  expect((await agent.next('welcome')).missingWorkQueueNames).toEqual(['later']);
  agent.send(credit(1));
  await makeQueue('later');
  expect((await agent.next('assignment')).flowRun?.id).toBe(id);
});

test('returns what was not acknowledged when the stream ends, and keeps what was', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  const agent = connect(['q']);
  await agent.next('welcome');
  const [kept = '', returned = ''] = await insertFlowRuns(db.database, clock, { ...deployment, count: 2 });
  agent.send(credit(2));
  await agent.next('assignment');
  await agent.next('assignment');
  agent.send({ case: 'ack', value: { flowRunId: kept, epoch: 1 } });
  agent.send({ case: 'heartbeat', value: { sequence: 1n } });
  await agent.next('heartbeatAck');
  agent[Symbol.dispose]();
  expect(await untilState(returned, 'Scheduled')).toMatchObject({ epoch: 2, returns: 0 });
  expect(await untilState(kept, 'Pending')).toMatchObject({ epoch: 1, acknowledged: true });
});

test('returns what is refused, and does not count it', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  using agent = connect(['q']);
  await agent.next('welcome');
  const [id = ''] = await insertFlowRuns(db.database, clock, deployment);
  agent.send(credit(1));
  await agent.next('assignment');
  agent.send({ case: 'ack', value: { flowRunId: id, epoch: 1, refusedReason: 'no room' } });
  expect(await untilState(id, 'Scheduled')).toMatchObject({ returns: 0, state_cause: 'refused' });
});

test('a claim that can not be read claims nothing, costs no credit, and is made again', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  using agent = connect(['q']);
  await agent.next('welcome');
  const rename = (from: string, to: string) =>
    db.database.run({ name: 'rename', text: `alter table millrace.${from} rename to ${to}` }, []);
  await rename('deployment_version', 'hidden');
  const [id = ''] = await insertFlowRuns(db.database, clock, deployment);
  agent.send(credit(1));
  await warned.promise;
  await rename('hidden', 'deployment_version');
  expect(await agent.next('assignment')).toMatchObject({ epoch: 1, flowRun: { id } });
});

test('an assignment whose code is gone costs no credit', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  using agent = connect(['q']);
  await agent.next('welcome');
  await insertFlowRuns(db.database, clock, { ...deployment, deploymentVersion: 2 });
  const [sound = ''] = await insertFlowRuns(db.database, clock, deployment);
  agent.send(credit(1));
  expect((await agent.next('assignment')).flowRun?.id).toBe(sound);
});

test('a place that becomes free in a queue with a limit is filled at once', async () => {
  await makeQueue('q', 1);
  const deployment = await insertDeployment(db.database, clock);
  const agentId = newId(clock);
  using first = connect(['q'], { agentId });
  using second = connect(['q']);
  await first.next('welcome');
  await second.next('welcome');
  const [one = ''] = await insertFlowRuns(db.database, clock, deployment);
  first.send(credit(1));
  expect((await first.next('assignment')).flowRun?.id).toBe(one);
  const [two = ''] = await insertFlowRuns(db.database, clock, deployment);
  second.send(credit(1));
  const polls = vi.spyOn(signals, 'publish');
  await using lanes = openTransitionLanes(db.database, signals, { clock });
  await lanes.submit({
    flowRunId: one,
    requestId: newId(clock),
    epoch: 1,
    state: { type: 'FAILED' },
    infrastructure: {},
    actor: 'agent',
  });
  expect(polls.mock.calls.flat(2)).toContainEqual(expect.objectContaining({ kind: 'queue' }));
  expect((await second.next('assignment')).flowRun?.id).toBe(two);
});

test('a stream that was told to end claims nothing more', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  await using claimer = openClaimer({ database: db.database, signals, clock });
  const streams = new Set<never>();
  const readyAgents = openReadyAgents();
  const surroundings = { database: db.database, signals, clock, log: silentLogger() };
  const draining = new AbortController().signal;
  const context = { ...surroundings, claimer, streams, readyAgents, draining, retention: defaultRetention };
  const hello = create(HelloSchema, { agentId: newId(clock), name: 'slow', workQueueNames: ['q'], slots: 1 });
  await using session = await Session.open(context, hello);
  session.drain();
  session.credit(1);
  const [id = ''] = await insertFlowRuns(db.database, clock, deployment);
  signals.publish([{ kind: 'resync', id: '' }]);
  using other = connect(['q']);
  await other.next('welcome');
  other.send(credit(1));
  expect(await other.next('assignment')).toMatchObject({ epoch: 1, flowRun: { id } });
});

test('a server that is to stop sends its agents elsewhere, with their streams still open', async () => {
  await makeQueue('q');
  using agent = connect(['q']);
  await agent.next('welcome');
  const drained = app.drain?.();
  await agent.next('drain');
  await drained;
  // Who comes now is sent on at once.
  using late = connect(['q']);
  await late.next('welcome');
  await late.next('drain');
});

test('a server that stops ends its streams; the agent finds the next one with what it holds', async () => {
  await makeQueue('q');
  const deployment = await insertDeployment(db.database, clock);
  const agentId = newId(clock);
  const { port } = server;
  const before = connect(['q'], { agentId });
  await before.next('welcome');
  const [held = '', forgotten = ''] = await insertFlowRuns(db.database, clock, { ...deployment, count: 2 });
  before.send(credit(2));
  await before.next('assignment');
  await before.next('assignment');
  before.send({ case: 'ack', value: { flowRunId: held, epoch: 1 } });
  before.send({ case: 'heartbeat', value: { sequence: 1n } });
  await before.next('heartbeatAck');
  await stop();
  before[Symbol.dispose]();
  await start(port);
  using after = connect(['q'], {
    agentId,
    runs: [
      { flowRunId: held, epoch: 1 },
      { flowRunId: newId(clock), epoch: 3 },
    ],
  });
  await after.next('welcome');
  expect((await after.next('stop')).epoch).toBe(3);
  after.send(credit(2));
  const again = await after.next('assignment');
  expect([again.flowRun?.id, again.epoch]).toEqual([forgotten, 3]);
});

test.each([
  ['without hello', { case: 'credit', value: { slots: 1 } } as AgentMessage, /hello/],
  ['with no credit in a credit', { case: 'credit', value: { slots: 0 } } as AgentMessage, /slots/],
])('refuses a stream %s', async (_, message, complaint) => {
  const channel = openGrpc(server.url);
  const responses = channel.client(WorkQueueService).dispatch(
    (async function* () {
      yield { message };
    })(),
  );
  await expect(responses[Symbol.asyncIterator]().next()).rejects.toThrow(complaint);
  channel[Symbol.dispose]();
});

test('lists queues by name, page by page, and refuses a second of one name', async () => {
  const channel = openGrpc(server.url);
  const client = channel.client(WorkQueueService);
  for (const name of ['b', 'a', 'c', 'a%_']) await client.createWorkQueue({ name: name.replace('%', '') });
  await expect(client.createWorkQueue({ name: 'a' })).rejects.toMatchObject({ reason: 'WORK_QUEUE_ALREADY_EXISTS' });
  await expect(client.createWorkQueue({ name: 'a/b' })).rejects.toThrow(/name/);
  const first = await client.listWorkQueues({ pageSize: 2, includeTotal: true });
  expect([first.workQueues.map((queue) => queue.name), first.totalCount]).toEqual([['a', 'a_'], 4]);
  const second = await client.listWorkQueues({ pageSize: 2, pageToken: first.nextPageToken });
  expect([second.workQueues.map((queue) => queue.name), second.nextPageToken]).toEqual([['b', 'c'], '']);
  expect((await client.listWorkQueues({ filter: { nameLike: '_' } })).workQueues).toHaveLength(1);
  expect((await client.getWorkQueue({ key: { case: 'name', value: 'a_' } })).workQueue?.name).toBe('a_');
  await expect(client.getWorkQueue({ key: { case: 'name', value: 'x' } })).rejects.toMatchObject({
    reason: 'WORK_QUEUE_NOT_FOUND',
  });
  await expect(client.listWorkQueues({ sort: 'x' })).rejects.toThrow(/sort/);
  await expect(client.listWorkQueues({ pageToken: 'x' })).rejects.toThrow(/page_token/);
  channel[Symbol.dispose]();
});
