import { newId, systemClock } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import {
  applyDeployments,
  createFlowRuns,
  deleteDeployment,
  openAgentStream,
  renewHolder,
  withTransaction,
} from '@millrace/db';
import { insertDeployment, insertFlowRuns } from '@millrace/db/testing';
import { Code } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Setup, serve, setup } from './setup.ts';
import { type SubjectInit, watched } from './watched.ts';

let app: Setup;

beforeEach(async () => {
  app = await setup();
});
afterEach(() => app[Symbol.asyncDispose]());

type FlowRuns = Extract<NonNullable<SubjectInit['subject']>, { case: 'flowRuns' }>['value'];

const flowRuns = (value: FlowRuns = {}, cursor = ''): SubjectInit => ({ subject: { case: 'flowRuns', value }, cursor });
const workQueues = (cursor = ''): SubjectInit => ({ subject: { case: 'workQueues', value: {} }, cursor });
const agents = (cursor = ''): SubjectInit => ({ subject: { case: 'agents', value: {} }, cursor });

/** Runs with these names, later ones scheduled later, told of by a signal unless `silent`. */
async function make(names: string[], more: { silent?: boolean } & Partial<Parameters<Setup['newRun']>[0]> = {}) {
  const { silent = false, ...overrides } = more;
  const ids: string[] = [];
  for (const [index, name] of names.entries())
    ids.push(await app.newRun({ name, scheduledTime: systemClock.now() - 1_000 + index, ...overrides }));
  if (!silent) app.signals.publish(ids.map((id) => ({ kind: 'flow-run', id })));
  return ids;
}

const context = () => ({ now: systemClock.now(), actor: 'test', newId: () => newId(systemClock) });

test('the newest come first, then each that is made or changes', async () => {
  await make(['a', 'b', 'c']);
  await using events = watched(app.watching, flowRuns({ limit: 2 }));
  const first = await events.next();
  expect(first.event.value).toMatchObject({ reset: true, flowRuns: [{ name: 'c' }, { name: 'b' }], leftIds: [] });
  const [id = ''] = await make(['d']);
  expect(await events.text()).toBe('0: d');
  const epoch = (await app.claim()).get(id) ?? 0;
  // Those that were beyond the limit are told of, too: they have changed.
  expect((await events.text()).split(' ').slice(1).sort()).toEqual(['a', 'b', 'c', 'd']);
  await app.propose(id, epoch, StateType.RUNNING);
  expect((await events.next()).event.value).toMatchObject({
    flowRuns: [
      { id, state: { name: 'Running' }, flowName: 'flow of nightly', deploymentName: 'flow of nightly/nightly' },
    ],
    reset: false,
  });
});

test('with nothing to begin with there is an empty reset', async () => {
  await using events = watched(app.watching, flowRuns());
  expect(await events.text()).toBe('0: reset');
});

test('a run that ceases to match has left; one that never could is not named', async () => {
  const [mine = ''] = await make(['mine'], { tags: ['a', 'b'] });
  const other = await insertDeployment(app.db.database, systemClock);
  const filter = { stateTypes: [StateType.SCHEDULED], deploymentIds: [app.deployment.deploymentId], tagsAll: ['a'] };
  await using events = watched(app.watching, flowRuns({ filter }), flowRuns());
  expect([await events.text(), await events.text()].sort()).toEqual(['0: reset mine', '1: reset mine']);
  await make(['untagged']);
  await make(['foreign'], { tags: ['a'], ...other });
  const seen: string[] = [];
  while (!['untagged', 'foreign'].every((name) => seen.join(' ').includes(name))) seen.push(await events.text());
  expect(seen.filter((text) => text.startsWith('0'))).toEqual([]);
  await app.claim();
  const both = [await events.text(), await events.text()];
  expect(both).toContain(`0: -${mine}`);
});

test('runs that are made by schedules, replaced by a redeploy, and deleted with their deployment', async () => {
  await using events = watched(app.watching, flowRuns({ filter: { stateTypes: [StateType.SCHEDULED] } }));
  expect(await events.text()).toBe('0: reset');
  const apply = async (intervalMs: number) => {
    const applied = await withTransaction(app.db.database, (tx) =>
      applyDeployments(tx, [scheduled(app.deployment.flowId, intervalMs)], context()),
    );
    app.signals.publish(applied.signals);
    return applied.results[0]?.deployment.id ?? '';
  };
  const ids = async () => {
    const rows = await app.db.database.kysely.selectFrom('flow_run').select('id').execute();
    return rows.map(({ id }) => id).sort();
  };
  /** What is known after so many events: ids in, ids out. */
  const known = new Set<string>();
  const until = async (expected: string[]) => {
    while (JSON.stringify([...known].sort()) !== JSON.stringify(expected)) {
      const { event } = await events.next();
      if (event.case !== 'flowRuns') continue;
      for (const { id } of event.value.flowRuns) known.add(id);
      for (const id of event.value.leftIds) known.delete(id);
    }
  };
  const deploymentId = await apply(3_600_000);
  const made = await ids();
  expect(made.length).toBeGreaterThan(1);
  await until(made);
  await apply(1_800_000);
  const replaced = await ids();
  expect(replaced.filter((id) => made.includes(id))).toEqual([]);
  await until(replaced);
  const deleted = await withTransaction(app.db.database, (tx) => deleteDeployment(tx, deploymentId, context()));
  expect(deleted?.deletedFlowRuns).toBe(replaced.length);
  // Without a signal: a watcher that was away is told by the record of the deletion.
  await using returned = watched(app.watching, flowRuns({}, events.cursor));
  const { event } = await returned.next();
  expect(event.case === 'flowRuns' && event.value.leftIds).toEqual(expect.arrayContaining([...replaced, ...made]));
  app.signals.publish(deleted?.signals ?? []);
  await until([]);
});

function scheduled(flowId: string, intervalMs: number) {
  return {
    flowId,
    name: 'scheduled',
    description: '',
    isScheduleActive: null,
    flowDataEncoding: 'json',
    flowDataBlob: Buffer.from('{}'),
    ...{ document: null, storageId: null },
    parameters: {},
    tags: [],
    flowRunner: null,
    parameterSchema: null,
    enforceParameterSchema: true,
    priority: 0,
    maxRetries: 0,
    retryDelaysMs: [],
    schedules: [
      {
        slug: 's',
        spec: { kind: 'interval', intervalMs, anchorMs: null },
        timezone: 'UTC',
        active: null,
        ...{ parameters: {}, options: {} },
      },
    ],
  } as const;
}

test('several subjects in one stream, each by its place', async () => {
  const [id = ''] = await make(['a']);
  await using events = watched(
    app.watching,
    workQueues(),
    flowRuns(),
    { subject: { case: 'flowRunId', value: id } },
    agents(),
    flowRuns({ filter: { nameLike: 'B' } }),
  );
  const first: string[] = [];
  while (first.length < 5) first.push(await events.text());
  expect(first.sort().map((text) => text.replace(/ q-.*/, ''))).toEqual([
    '0: queues',
    '1: reset a',
    '2: Scheduled',
    '3: agents',
    '4: reset',
  ]);
  await make(['b']);
  expect([await events.text(), await events.text()].sort()).toEqual(['1: b', '4: b']);
  const agent = {
    id: newId(systemClock),
    name: 'x',
    workQueueNames: ['q'],
    slots: 1,
    flowRunnerTypes: [],
    version: '1',
  };
  await openAgentStream(app.db.database, agent, { id: newId(systemClock), now: systemClock.now() });
  app.signals.publish([{ kind: 'agent', id: agent.id }]);
  expect(await events.text()).toBe('3: agents x-');
});

test('goes on from a cursor across a restart, with what began before it was given', async () => {
  const [gone = ''] = await make(['gone', 'stays']);
  const late = newId(systemClock);
  const commit = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const committed = withTransaction(app.db.database, async (tx) => {
    await createFlowRuns(tx, [{ ...runOf('late'), id: late }], context());
    begun.resolve();
    await commit.promise;
  });
  await begun.promise;
  const first = await serve(app.db.url);
  const filter = { stateTypes: [StateType.SCHEDULED] };
  await using before = watched(first.watching, flowRuns({ filter }));
  expect(await before.text()).toBe('0: reset stays gone');
  await first[Symbol.asyncDispose]();

  await make(['made meanwhile'], { silent: true });
  const claimed = await app.claim();
  commit.resolve();
  await committed;
  expect(claimed.has(gone)).toBe(true);

  await using second = await serve(app.db.url);
  await using after = watched(second.watching, flowRuns({ filter }, before.cursor));
  const { event } = await after.next();
  if (event.case !== 'flowRuns') throw new Error(`got ${event.case}`);
  expect(event.value.reset).toBe(false);
  expect(event.value.flowRuns.map(({ name }) => name)).toEqual(['late']);
  expect(event.value.leftIds.sort()).toEqual([...claimed.keys()].sort());
  expect(claimed.size).toBe(3);
});

function runOf(name: string) {
  return {
    id: newId(systemClock),
    name,
    ...app.deployment,
    deploymentVersion: 1,
    scheduleId: null,
    autoScheduled: false,
    parameters: {},
    tags: [],
    flowRunnerType: 'universal',
    flowRunnerConfig: {},
    priority: 0,
    maxRetries: 0,
    retryDelaysMs: [],
    idempotencyKey: null,
    scheduledTime: systemClock.now(),
    parentFlowRunId: null,
    message: '',
  };
}

test('a cursor that is too old, or after which too much has happened, begins anew', async () => {
  await make(['a']);
  const hourAgo = systemClock.now() - 3_600_000;
  await using old = watched(app.watching, flowRuns({}, `r${hourAgo - 1_000}`));
  expect(await old.text()).toBe('0: reset a');
  await using good = watched(app.watching, flowRuns({}, `r${hourAgo + 60_000}`));
  expect(await good.text()).toBe('0: a');
  await insertFlowRuns(app.db.database, systemClock, { ...app.deployment, count: 1_000, name: 'many' });
  await using much = watched(app.watching, flowRuns({ limit: 1 }, good.cursor));
  expect(await much.text()).toBe('0: reset many');
});

test('what one process changes is told by another, woken by its signal alone', async () => {
  const clock = virtualClock();
  await using other = await serve(app.db.url, clock);
  using grpc = openGrpc(other.server.url);
  await using events = watched(grpc.client(WatchService), flowRuns(), workQueues());
  expect(await events.text()).toBe('0: reset');
  expect(await events.text()).toMatch('1: queues');
  const coming = events.text();
  // Past the pause between two looks, and short of the next poll.
  await clock.advance(1_000);
  await make(['from the first']);
  expect(await coming).toBe('0: from the first');
});

test('after its connection was lost it tells what it can not have heard of', async () => {
  const clock = virtualClock();
  await using other = await serve(app.db.url, clock);
  await using events = watched(other.watching, flowRuns(), workQueues());
  expect(await events.text()).toBe('0: reset');
  await events.text();
  const resynced = Promise.withResolvers<void>();
  other.signals.subscribe(({ kind }) => {
    if (kind === 'resync') resynced.resolve();
  });
  await make(['unheard of'], { silent: true });
  await app.db.database.kysely
    .insertInto('work_queue')
    .values({
      id: newId(systemClock),
      created: new Date(systemClock.now()).toISOString(),
      updated: new Date(systemClock.now()).toISOString(),
      name: 'a queue',
      description: '',
      filter_tags: null,
      filter_deployment_ids: null,
      filter_flow_runner_types: null,
      is_paused: true,
      concurrency_limit: null,
      created_by: 'test',
      updated_by: 'test',
    })
    .execute();
  const coming = events.text();
  await clock.advance(1_000);
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'millrace signals' and datname = current_database()`;
  await app.db.database.run({ name: 'cut', text: cut }, []);
  await resynced.promise;
  const told = [await coming, await events.text()].sort();
  expect(told[0]).toBe('0: unheard of');
  expect(told[1]).toMatch('1: queues a queue');
});

test.for(['x', 'r', 'r-1', 's1', 'r1.5'])('refuses the cursor "%s" of runs', async (cursor) => {
  await using events = watched(app.watching, workQueues(), flowRuns({}, cursor));
  const violations = [{ field: 'subjects[1].cursor' }];
  await expect(events.next()).rejects.toMatchObject({ code: Code.InvalidArgument, violations });
});

test('refuses cursors and filters of other kinds', async () => {
  await using queues = watched(app.watching, workQueues('a0123456789012345678901'));
  await expect(queues.next()).rejects.toMatchObject({ violations: [{ field: 'subjects[0].cursor' }] });
  await using runs = watched(app.watching, flowRuns({ filter: { deploymentNames: ['none'] } }));
  const field = 'subjects[0].flow_runs.filter.deployment_names[0]';
  await expect(runs.next()).rejects.toMatchObject({ violations: [{ field }] });
});

test('a list that has not changed is not told again; heartbeats change nothing', async () => {
  const agent = {
    id: newId(systemClock),
    name: 'x',
    workQueueNames: ['q'],
    slots: 1,
    flowRunnerTypes: [],
    version: '1',
  };
  const now = systemClock.now();
  const heartbeat = (at: number) => renewHolder(app.db.database, { id: agent.id, kind: 'agent', name: 'x' }, at);
  await heartbeat(now);
  await openAgentStream(app.db.database, agent, { id: newId(systemClock), now });
  await using events = watched(app.watching, workQueues(), agents());
  const cursors: string[] = [];
  while (cursors.length < 2) {
    const { subject, cursor } = await events.next();
    cursors[subject] = cursor;
  }
  await heartbeat(now + 5_000);
  await using again = watched(app.watching, workQueues(cursors[0]), agents(cursors[1]), flowRuns());
  // Followers look in turn: the lists have been looked at by then, unless they had something to say.
  const [first, second] = [await again.text(), again.text()];
  expect(first).toBe('2: reset');
  await make(['a']);
  expect(await second).toBe('2: a');
});
