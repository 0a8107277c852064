import { systemClock as clock, newId } from '@millrace/clock';
import { AdminService } from '@millrace/contracts/millrace/v1/admin_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openAgentStream, openSignals, renewHolder, type Signals } from '@millrace/db';
import { type TestDatabase, testDatabase } from '@millrace/db/testing';
import { Code } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { openHttp } from '@millrace/rpc/http-client';
import { type RpcServer, startRpcServer } from '@millrace/rpc/server';
import { openSecretBox } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startScheduler } from '../src/start.ts';

let stack: AsyncDisposableStack;
let db: TestDatabase;
let signals: Signals;
let server: RpcServer;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const log = silentLogger();
  db = stack.use(await testDatabase());
  signals = stack.use(await openSignals(db.database, { clock }));
  const secrets = openSecretBox({ keys: [], home: '/nowhere' });
  const app = stack.use(await startScheduler({ database: db.database, signals, clock, log, secrets }));
  const options = { host: '127.0.0.1', port: 0, app: 'scheduler', services: [...app.services], clock, log };
  server = stack.use(await startRpcServer({ ...options, ...(app.loops && { loops: app.loops }) }));
});
afterEach(() => stack.disposeAsync());

function client() {
  const channel = openHttp(server.url);
  stack.defer(() => channel[Symbol.dispose]());
  return channel.client(WorkQueueService);
}

/** An agent that has said Hello and been welcomed. */
async function connect(agentId: string, name = 'a') {
  const channel = openGrpc(server.url);
  const cancel = new AbortController();
  const left = Promise.withResolvers<void>();
  const hello = {
    agentId,
    name,
    workQueueNames: ['q', 'r'],
    slots: 4,
    flowRunnerTypes: ['subprocess'],
    version: '1.2.3',
  };
  const requests = async function* () {
    yield { message: { case: 'hello' as const, value: hello } };
    await left.promise;
  };
  const responses = channel.client(WorkQueueService).dispatch(requests(), { signal: cancel.signal });
  const first = await responses[Symbol.asyncIterator]().next();
  expect(first.value?.message.case).toBe('welcome');
  const leave = () => {
    cancel.abort();
    left.resolve();
    channel[Symbol.dispose]();
  };
  stack.defer(leave);
  return leave;
}

/** Resolves with the agents once an `agent` signal has made them so. */
async function until(isSo: (connected: boolean[]) => boolean) {
  const reached = Promise.withResolvers<void>();
  const workQueues = client();
  const look = async () => {
    const { agents } = await workQueues.listAgents({});
    if (isSo(agents.map(({ connected }) => connected))) reached.resolve();
    return agents;
  };
  const unsubscribe = signals.subscribe(({ kind }) => {
    // One that is still under way when the test ends loses its server.
    if (kind === 'agent') look().catch(reached.reject);
  });
  await look();
  await reached.promise;
  unsubscribe();
  return look();
}

test('an agent is listed while its stream is open, and after it', async () => {
  const before = clock.now();
  const agentId = newId(clock);
  const leave = await connect(agentId);
  const [agent] = (await client().listAgents({})).agents;
  expect(agent).toMatchObject({
    id: agentId,
    name: 'a',
    workQueueNames: ['q', 'r'],
    slots: 4,
    flowRunnerTypes: ['subprocess'],
    version: '1.2.3',
    connected: true,
  });
  expect(Number(agent?.lastSeen?.seconds)).toBeGreaterThanOrEqual(Math.floor(before / 1000));
  leave();
  expect(await until(([connected]) => connected === false)).toMatchObject([{ id: agentId, created: agent?.created }]);
});

test('the end of a stream that is not the current one changes nothing', async () => {
  const agentId = newId(clock);
  const leave = await connect(agentId);
  const leaveAnew = await connect(agentId, 'renamed');
  // Its end is handled like any other's; when another agent's later end has been, so has this.
  leave();
  const other = newId(clock);
  const leaveOther = await connect(other, 'z');
  leaveOther();
  const agents = await until((connected) => connected.includes(false));
  expect(agents).toMatchObject([
    { id: agentId, name: 'renamed', connected: true },
    { id: other, connected: false },
  ]);
  leaveAnew();
  await until((connected) => !connected.includes(true));
});

test('agents are paged by name, filtered and counted; one without a lease is not connected', async () => {
  const names = ['b', 'a', 'c', 'a', 'B_'];
  for (const name of names) {
    const agent = { id: newId(clock), name, workQueueNames: ['q'], slots: 1, flowRunnerTypes: [], version: '1' };
    if (name !== 'c') await renewHolder(db.database, { id: agent.id, kind: 'agent', name }, clock.now());
    await openAgentStream(db.database, agent, { id: newId(clock), now: clock.now() });
  }
  const workQueues = client();
  const seen: string[] = [];
  let pageToken = '';
  do {
    const page = await workQueues.listAgents({ pageSize: 2, pageToken, includeTotal: true });
    expect(page.totalCount).toBe(5);
    seen.push(...page.agents.map(({ name, connected }) => `${name}${connected ? '+' : '-'}`));
    pageToken = page.nextPageToken;
  } while (pageToken);
  expect(seen.sort()).toEqual(['B_+', 'a+', 'a+', 'b+', 'c-']);
  const filtered = await workQueues.listAgents({ filter: { nameLike: 'b_' } });
  expect(filtered.agents.map(({ name }) => name)).toEqual(['B_']);
  const badToken = Buffer.from(JSON.stringify(['name', 'a', 'x'])).toString('base64url');
  await expect(workQueues.listAgents({ pageToken: badToken })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field: 'page_token' }],
  });
});

test('what is done again and again can be looked at', async () => {
  using channel = openHttp(server.url);
  const admin = channel.client(AdminService);
  await expect
    .poll(async () => (await admin.listLoops({})).loops.map(({ name, passes }) => [name, passes > 0n]))
    .toEqual(
      ['top-up', 'mark-late', 'expire-runs', 'expire-holders', 'forget-agents', 'make-partitions', 'retention'].map(
        (name) => [name, true],
      ),
    );
  const { loops } = await admin.listLoops({});
  for (const { failures, lastError, lastEnded } of loops)
    expect([failures, lastError, lastEnded !== undefined]).toEqual([0n, undefined, true]);
});
