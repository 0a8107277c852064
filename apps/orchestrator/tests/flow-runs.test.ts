import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { insertDeployment, insertFlowRuns } from '@millrace/db/testing';
import { Code } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Setup, setup } from './setup.ts';

let app: Setup;
const names = new Map<string, string>();
const base = Date.UTC(2026, 0, 1);
const unknown = '019b0000-0000-7000-8000-000000000001';
// Of no run: children outlive what made them.
const parent = '019b0000-0000-7000-8000-000000000002';
let otherDeployment = '';

// Seven runs, a to g, of two deployments; those of one second are told apart by their ids.
beforeAll(async () => {
  app = await setup();
  const other = await insertDeployment(app.db.database, app.clock, 'hourly');
  otherDeployment = other.deploymentId;
  const make = async (name: string, second: number, overrides: Partial<Parameters<typeof insertFlowRuns>[2]> = {}) => {
    const of = { ...app.deployment, name: `Run ${name}_%`, scheduledTime: base + second * 1_000, ...overrides };
    const [id = ''] = await insertFlowRuns(app.db.database, app.clock, of);
    names.set(id, name);
  };
  await make('a', 1, { tags: ['x'] });
  await make('b', 2, { tags: ['x', 'y'], parentFlowRunId: parent });
  await make('c', 2, { tags: ['y'], parentFlowRunId: parent });
  await make('d', 2, { ...other, parentFlowRunId: unknown });
  await make('e', 3, { ...other, name: 'plain' });
  await make('f', 5, { deploymentId: null, parentFlowRunId: parent });
  await make('g', 0.0015);
});
afterAll(() => app[Symbol.asyncDispose]());

type Request = Parameters<Setup['runs']['listFlowRuns']>[0];

async function list(request: Request): Promise<string> {
  const { flowRuns } = await app.runs.listFlowRuns(request);
  return flowRuns.map(({ id }) => names.get(id)).join('');
}

async function listPages(request: Request): Promise<string[]> {
  const pages: string[] = [];
  for (let pageToken = ''; ; ) {
    const reply = await app.runs.listFlowRuns({ ...request, pageToken });
    pages.push(reply.flowRuns.map(({ id }) => names.get(id)).join(''));
    if (!reply.nextPageToken) return pages;
    pageToken = reply.nextPageToken;
  }
}

test.for<[string, NonNullable<Request['filter']>, string]>([
  ['no condition', {}, 'fedcbag'],
  ['a deployment', { deploymentNames: ['flow of hourly/hourly'] }, 'ed'],
  ['two deployments', { deploymentNames: ['flow of hourly/hourly', 'flow of nightly/nightly'] }, 'edcbag'],
  ['an unknown deployment', { deploymentNames: ['flow of hourly/nightly'] }, ''],
  ['a flow', { flowNames: ['flow of nightly', 'nothing'] }, 'fcbag'],
  ['all of the tags', { tagsAll: ['x', 'y'] }, 'b'],
  ['one tag', { tagsAll: ['y'] }, 'cb'],
  ['a part of the name, whatever the case', { nameLike: 'rUN' }, 'fdcbag'],
  ['signs that mean something to SQL', { nameLike: 'A_%' }, 'a'],
  ['states', { stateTypes: [StateType.SCHEDULED, StateType.FAILED] }, 'fedcbag'],
  ['what made them', { parentFlowRunId: parent }, 'fcb'],
  ['what made them, and more', { parentFlowRunId: parent, tagsAll: ['x'] }, 'b'],
  ['what made none', { parentFlowRunId: '019b0000-0000-7000-8000-000000000003' }, ''],
  ['other states', { stateTypes: [StateType.RUNNING] }, ''],
  ['a state by name', { stateNames: ['Scheduled'], tagsAll: ['x'] }, 'ba'],
  [
    'a time',
    { expectedStartAfter: timestampFromMs(base + 2_000), expectedStartBefore: timestampFromMs(base + 3_000) },
    'edcb',
  ],
])('lists by %s', async ([, filter, expected]) => {
  expect(await list({ filter })).toBe(expected);
  // The same, one at a time.
  expect((await listPages({ filter, pageSize: 1 })).join('')).toBe(expected);
  expect(await app.runs.listFlowRuns({ filter, includeTotal: true, pageSize: 1 })).toMatchObject({
    totalCount: expected.length,
  });
});

test('lists by deployment id', async () => {
  expect(await list({ filter: { deploymentIds: [otherDeployment] } })).toBe('ed');
});

test('sorts by creation', async () => {
  expect(await list({ sort: 'created' })).toBe('gfedcba');
  expect(await listPages({ sort: 'created', pageSize: 3 })).toEqual(['gfe', 'dcb', 'a']);
});

test('counts only when asked', async () => {
  expect((await app.runs.listFlowRuns({})).totalCount).toBeUndefined();
});

test('the last page says that it is', async () => {
  expect(await listPages({ pageSize: 7 })).toEqual(['fedcbag']);
  expect(await listPages({ pageSize: 4 })).toEqual(['fedc', 'bag']);
});

test.for<[string, () => Promise<Request>, string]>([
  ['an unknown sort', async () => ({ sort: 'name' }), 'sort'],
  ['a token that is none', async () => ({ pageToken: 'nonsense' }), 'page_token'],
  ['a token of another sort', async () => ({ pageToken: await tokenOf({}), sort: 'created' }), 'page_token'],
  [
    'a token of another filter',
    async () => ({ pageToken: await tokenOf({}), filter: { tagsAll: ['y'] } }),
    'page_token',
  ],
  ['half a deployment name', async () => ({ filter: { deploymentNames: ['hourly'] } }), 'filter.deployment_names[0]'],
  ['a parent that can’t be one', async () => ({ filter: { parentFlowRunId: 'x' } }), 'filter.parent_flow_run_id'],
  ['too large a page', async () => ({ pageSize: 201 }), 'page_size'],
])('refuses %s', async ([, request, field]) => {
  await expect(app.runs.listFlowRuns(await request())).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field }],
  });
});

async function tokenOf(request: Request): Promise<string> {
  const { nextPageToken } = await app.runs.listFlowRuns({ ...request, pageSize: 1 });
  expect(nextPageToken).not.toBe('');
  return nextPageToken;
}

test('a run and its history, over both protocols', async () => {
  const id = await app.newRun({
    name: 'whole',
    parameters: { who: 'Arthur', deep: [1, null, { a: true }] },
    tags: ['t'],
    priority: 3,
    maxRetries: 2,
    retryDelaysMs: [0.5, 90_000],
    idempotencyKey: 'key',
    parentFlowRunId: parent,
    flowRunnerType: 'subprocess',
    flowRunnerConfig: { env: { A: 'b' } },
  });
  const epoch = (await app.claim()).get(id) ?? 0;
  await app.propose(id, epoch, StateType.RUNNING, StateType.COMPLETED);
  using grpc = openGrpc(app.server.url);
  for (const client of [app.runs, grpc.client(FlowRunService)]) {
    const { flowRun } = await client.getFlowRun({ id });
    expect(flowRun).toMatchObject({
      id,
      name: 'whole',
      flowName: 'flow of nightly',
      deploymentId: app.deployment.deploymentId,
      deploymentName: 'flow of nightly/nightly',
      deploymentVersion: 1,
      parameters: { who: 'Arthur', deep: [1, null, { a: true }] },
      tags: ['t'],
      priority: 3,
      retryPolicy: {
        maxRetries: 2,
        delays: [
          { seconds: 0n, nanos: 500_000 },
          { seconds: 90n, nanos: 0 },
        ],
      },
      idempotencyKey: 'key',
      parentFlowRunId: parent,
      flowRunner: { type: 'subprocess', config: { env: { A: 'b' } } },
      runCount: 1,
      leaseEpoch: epoch,
      autoScheduled: false,
      state: { type: StateType.COMPLETED, name: 'Completed', actor: 'engine' },
    });
    const { states } = await client.listFlowRunStates({ flowRunId: id });
    expect(states.map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
    expect(states.at(-1)).toEqual(flowRun?.state);
    const times = states.map(({ timestamp }) => (timestamp ? timestampMs(timestamp) : Number.NaN));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(states[0]?.details?.scheduledTime).toEqual(flowRun?.expectedStartTime);
  }
});

test('no such run', async () => {
  const expected = { code: Code.NotFound, reason: 'FLOW_RUN_NOT_FOUND' };
  await expect(app.runs.getFlowRun({ id: unknown })).rejects.toMatchObject(expected);
  await expect(app.runs.listFlowRunStates({ flowRunId: unknown })).rejects.toMatchObject(expected);
  await expect(app.runs.getFlowRun({ id: 'x' })).rejects.toMatchObject({ code: Code.InvalidArgument });
});
