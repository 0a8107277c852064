import { newId, systemClock } from '@millrace/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClaimOptions, claimFlowRuns } from '../src/claim/claim-flow-runs.ts';
import { dedicatedConnection } from '../src/connection/dedicated-connection.ts';
import { toInstant } from '../src/connection/instant.ts';
import { withTransaction } from '../src/connection/with-transaction.ts';
import { adoptFlowRuns } from '../src/holders/adopt-flow-runs.ts';
import { expireHolder } from '../src/holders/expire-holder.ts';
import { releaseUnacknowledged } from '../src/holders/release-unacknowledged.ts';
import { leaseMs, renewHolder } from '../src/holders/renew-holder.ts';
import { openSignals, type Signals } from '../src/signals/signals.ts';
import {
  insertDeployment,
  insertFlowRuns,
  insertWorkQueue,
  type TestDatabase,
  testDatabase,
} from '../src/testing/index.ts';
import { type FlowRunItem, openTransitionLanes, type TransitionLanes } from '../src/transitions/lanes.ts';

const clock = systemClock;
const id = () => newId(clock);
let db: TestDatabase;
let signals: Signals;
let lanes: TransitionLanes;

beforeAll(async () => {
  db = await testDatabase();
  signals = await openSignals(db.database, { clock });
  lanes = openTransitionLanes(db.database, signals, { clock });
});
afterAll(async () => {
  await lanes[Symbol.asyncDispose]();
  await signals[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

async function holder(): Promise<string> {
  const holderId = id();
  await renewHolder(db.database, { id: holderId, kind: 'agent', name: 'test' }, clock.now());
  return holderId;
}

async function claim(options: Pick<ClaimOptions, 'queueIds' | 'holderId'> & { limit?: number; now?: number }) {
  const full = { limit: 10, now: clock.now(), actor: 'scheduler', newId: id, ...options };
  return (await withTransaction(db.database, (tx) => claimFlowRuns(tx, full))).claimed;
}

function item(flowRunId: string, epoch: number, type: FlowRunItem['state']['type'], requestId = id()): FlowRunItem {
  return { flowRunId, requestId, epoch, state: { type }, infrastructure: {}, actor: 'engine' };
}

async function history(flowRunId: string): Promise<string[]> {
  const rows = await db.database.kysely
    .selectFrom('flow_run_state')
    .select(['name', 'ordinal'])
    .where('flow_run_id', '=', flowRunId)
    .orderBy('ordinal')
    .execute();
  expect(rows.map((row) => row.ordinal)).toEqual(rows.map((_, index) => index + 1));
  return rows.map((row) => row.name);
}

const run = (flowRunId: string) =>
  db.database.kysely.selectFrom('flow_run').selectAll().where('id', '=', flowRunId).executeTakeFirstOrThrow();
const entries = async (flowRunId: string) =>
  (await db.database.kysely.selectFrom('queue_entry').selectAll().where('flow_run_id', '=', flowRunId).execute())
    .length;

/** A claimed run of a deployment of its own, in a queue of its own. */
async function claimed(overrides: Parameters<typeof insertFlowRuns>[2] extends infer T ? Partial<T> : never = {}) {
  const deployment = await insertDeployment(db.database, clock);
  const queueId = await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] });
  const [flowRunId = ''] = await insertFlowRuns(db.database, clock, { ...deployment, ...overrides });
  const holderId = await holder();
  const [given] = await claim({ queueIds: [queueId], holderId });
  if (!given) throw new Error('nothing was claimed');
  return { ...given, flowRunId, holderId, queueId, deployment };
}

describe('a run', () => {
  test('goes from its queue to its end, with its history, and leaves nothing behind', async () => {
    const { flowRunId, epoch, holderId } = await claimed();
    expect(epoch).toBe(1);
    expect(await run(flowRunId)).toMatchObject({ state_type: 'PENDING', holder_id: holderId, acknowledged: false });
    expect(await entries(flowRunId)).toBe(0);
    const running = await lanes.submit({ ...item(flowRunId, epoch, 'RUNNING'), infrastructure: { pid: 7, host: 'h' } });
    expect(running).toMatchObject({ status: 'ACCEPT', state: { name: 'Running' } });
    expect(await run(flowRunId)).toMatchObject({
      acknowledged: true,
      run_count: 1,
      infrastructure: { pid: 7, host: 'h' },
    });
    const data = { encoding: 'json', blob: Buffer.from('{"a":1}') };
    const done = item(flowRunId, epoch, 'COMPLETED');
    expect(await lanes.submit({ ...done, state: { ...done.state, data } })).toMatchObject({ status: 'ACCEPT' });
    const row = await run(flowRunId);
    expect(row).toMatchObject({ state_type: 'COMPLETED', holder_id: null, state_data_encoding: 'json', epoch });
    expect(row.state_data_blob?.toString()).toBe('{"a":1}');
    expect(row.end_time).toBe(row.sort_at);
    expect(await history(flowRunId)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  });

  test('answers a repeated request as it did the first time, and writes nothing', async () => {
    const { flowRunId, epoch } = await claimed();
    const running = item(flowRunId, epoch, 'RUNNING');
    const first = await lanes.submit(running);
    await lanes.submit(item(flowRunId, epoch, 'COMPLETED'));
    expect(await lanes.submit(running)).toMatchObject({
      status: 'ACCEPT',
      stateId: 'stateId' in first ? first.stateId : '',
    });
    expect(await history(flowRunId)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  });

  test('takes several states of one batch in order', async () => {
    const { flowRunId, epoch } = await claimed();
    const request = id();
    const answers = await Promise.all([
      lanes.submit(item(flowRunId, epoch, 'RUNNING', request)),
      lanes.submit(item(flowRunId, epoch, 'RUNNING', request)),
      lanes.submit(item(flowRunId, epoch, 'COMPLETED')),
      lanes.submit(item(flowRunId, epoch, 'FAILED')),
      lanes.submit(item(id(), 1, 'FAILED')),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['ACCEPT', 'ACCEPT', 'ACCEPT', 'ABORT', 'NOT_FOUND']);
    expect(await history(flowRunId)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  });

  test('refuses a stale epoch', async () => {
    const { flowRunId } = await claimed();
    expect(await lanes.submit(item(flowRunId, 0, 'RUNNING'))).toMatchObject({ status: 'STALE_EPOCH' });
    expect(await history(flowRunId)).toEqual(['Scheduled', 'Pending']);
  });

  test('a bad item does not fail the others of its batch', async () => {
    const [one, two] = [await claimed(), await claimed()];
    const [refused, other] = await Promise.allSettled([
      lanes.submit({ ...item(one.flowRunId, one.epoch, 'RUNNING'), requestId: 'not a uuid' }),
      lanes.submit(item(two.flowRunId, two.epoch, 'RUNNING')),
    ]);
    expect(refused.status).toBe('rejected');
    expect(other).toMatchObject({ status: 'fulfilled', value: { status: 'ACCEPT' } });
  });

  test('hundreds at once, in batches, each with its own answer', async () => {
    const deployment = await insertDeployment(db.database, clock);
    const queueId = await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] });
    const ids = await insertFlowRuns(db.database, clock, { ...deployment, count: 300 });
    const runs = await claim({ queueIds: [queueId], holderId: await holder(), limit: 300 });
    expect(new Set(runs.map((given) => given.flowRunId))).toEqual(new Set(ids));
    const answers = await Promise.all(
      runs.flatMap(({ flowRunId, epoch }) => [
        lanes.submit(item(flowRunId, epoch, 'RUNNING')),
        lanes.submit(item(flowRunId, epoch, 'COMPLETED')),
      ]),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set(['ACCEPT']));
    expect(await history(ids[299] ?? '')).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  });
});

describe('a claim', () => {
  test('goes by priority, then time, leaves what is to come, and stops at its limit', async () => {
    const deployment = await insertDeployment(db.database, clock);
    const queueId = await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] });
    const make = async (priority: number, offset: number) =>
      (await insertFlowRuns(db.database, clock, { ...deployment, priority, scheduledTime: clock.now() + offset }))[0];
    const late = await make(0, -1000);
    const later = await make(0, -500);
    const urgent = await make(9, -100);
    await make(9, 60_000);
    const holderId = await holder();
    const first = await claim({ queueIds: [queueId], holderId, limit: 2 });
    expect(first.map((given) => given.flowRunId)).toEqual([urgent, late]);
    expect((await claim({ queueIds: [queueId], holderId })).map((given) => given.flowRunId)).toEqual([later]);
    expect(await claim({ queueIds: [queueId], holderId })).toEqual([]);
  });

  test('never gives a run twice, and holds a limit, under many claims at once', async () => {
    const deployment = await insertDeployment(db.database, clock);
    const limited = await insertWorkQueue(db.database, clock, {
      deploymentIds: [deployment.deploymentId],
      concurrencyLimit: 7,
    });
    const open = await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] });
    await insertFlowRuns(db.database, clock, { ...deployment, count: 40 });
    const holderId = await holder();
    const some = await Promise.all(Array.from({ length: 6 }, () => claim({ queueIds: [limited], holderId, limit: 3 })));
    expect(some.flat()).toHaveLength(7);
    const rest = await Promise.all(
      Array.from({ length: 6 }, () => claim({ queueIds: [limited, open], holderId, limit: 20 })),
    );
    const all = [...some, ...rest].flat().map((given) => given.flowRunId);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length + (await claim({ queueIds: [open], holderId, limit: 40 })).length).toBe(40);
  });

  test('gives nothing to a holder that is not known, and nothing of a paused queue', async () => {
    const deployment = await insertDeployment(db.database, clock);
    const filter = { deploymentIds: [deployment.deploymentId] };
    const queueId = await insertWorkQueue(db.database, clock, filter);
    const paused = await insertWorkQueue(db.database, clock, { ...filter, isPaused: true });
    await insertFlowRuns(db.database, clock, deployment);
    expect(await claim({ queueIds: [queueId], holderId: id() })).toEqual([]);
    expect(await claim({ queueIds: [paused], holderId: await holder() })).toEqual([]);
  });

  test('meets a run that was there before its queue, and queues match by tags and runner', async () => {
    const deployment = await insertDeployment(db.database, clock);
    const [flowRunId = ''] = await insertFlowRuns(db.database, clock, { ...deployment, tags: ['a', 'b'] });
    const before = await entries(flowRunId);
    await insertWorkQueue(db.database, clock, { tags: ['b', 'a'] });
    await insertWorkQueue(db.database, clock, { tags: ['a', 'c'] });
    await insertWorkQueue(db.database, clock, { tags: ['a'], flowRunnerTypes: ['docker'] });
    await insertWorkQueue(db.database, clock, { tags: ['a'], flowRunnerTypes: ['docker', 'universal'] });
    expect(await entries(flowRunId)).toBe(before + 2);
  });
});

describe('a lost holder', () => {
  const expireAt = async (now: number) => {
    while (await expireHolder(db.database, { now, actor: 'scheduler', newId: id }));
  };

  test('its PENDING run goes back to the queue under a new epoch, its RUNNING one is CRASHED', async () => {
    const pending = await claimed();
    const running = await claimed();
    await lanes.submit(item(running.flowRunId, running.epoch, 'RUNNING'));
    await expireAt(clock.now() + leaseMs + 1000);
    expect(await run(pending.flowRunId)).toMatchObject({
      state_type: 'SCHEDULED',
      epoch: 2,
      holder_id: null,
      returns: 1,
    });
    expect(await entries(pending.flowRunId)).toBe(1);
    expect(await run(running.flowRunId)).toMatchObject({
      state_type: 'CRASHED',
      holder_id: null,
      state_cause: 'holder-lost',
    });
    expect(await lanes.submit(item(pending.flowRunId, pending.epoch, 'RUNNING'))).toMatchObject({
      status: 'STALE_EPOCH',
    });
  });

  test('with attempts left its RUNNING run waits to retry, in its queue', async () => {
    const { flowRunId, epoch } = await claimed({ maxRetries: 1, retryDelaysMs: [5000] });
    await lanes.submit(item(flowRunId, epoch, 'RUNNING'));
    await expireAt(clock.now() + leaseMs + 1000);
    expect(await run(flowRunId)).toMatchObject({ state_name: 'AwaitingRetry', epoch: 2, holder_id: null });
    expect(await entries(flowRunId)).toBe(1);
  });

  test('an assignment that was never acknowledged goes back uncounted, an acknowledged one stays', async () => {
    const { flowRunId, epoch, holderId } = await claimed();
    const held = [{ flowRunId, epoch }];
    const context = { now: clock.now(), actor: 'scheduler', newId: id };
    const release = () => withTransaction(db.database, (tx) => releaseUnacknowledged(tx, held, context));
    await withTransaction(db.database, (tx) => adoptFlowRuns(tx, holderId, held));
    expect(await release()).toEqual([]);
    const other = await claimed();
    await withTransaction(db.database, (tx) => releaseUnacknowledged(tx, [other], context));
    expect(await run(other.flowRunId)).toMatchObject({ state_type: 'SCHEDULED', epoch: 2, returns: 0 });
  });

  test('a process that outlives its agent takes its run over under the same epoch', async () => {
    const { flowRunId, epoch } = await claimed();
    await lanes.submit(item(flowRunId, epoch, 'RUNNING'));
    const engine = await holder();
    const lost = await withTransaction(db.database, (tx) =>
      adoptFlowRuns(tx, engine, [
        { flowRunId, epoch },
        { flowRunId: id(), epoch: 1 },
      ]),
    );
    expect(lost).toHaveLength(1);
    expect(await run(flowRunId)).toMatchObject({ holder_id: engine, epoch });
    expect(await lanes.submit(item(flowRunId, epoch, 'COMPLETED'))).toMatchObject({ status: 'ACCEPT' });
  });
});

test('a dedicated connection notices a commit that was none, and comes back after it was cut', async () => {
  await using connection = dedicatedConnection(db.database, 'cut');
  await expect(
    connection.transaction(async (executor) => {
      await executor.run({ name: 'bad', text: 'select 1/0' }, []).catch(() => undefined);
    }),
  ).rejects.toThrow(/commit/);
  await db.database.run(
    { name: 'cut', text: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut'" },
    [],
  );
  const time = () =>
    connection.transaction((executor) => executor.run<{ t: number }>({ name: 't', text: 'select now() as t' }, []));
  const [row] = await time().catch(time);
  expect(toInstant(row?.t ?? 0)).toMatch(/^20/);
});

test('a connection that is lost in the middle of a transaction fails the transaction, not the process', async () => {
  const cut = { name: 'cut_self', text: 'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1' };
  const failed = withTransaction(db.database, async (tx) => {
    const [self] = await tx.run<{ pid: number }>({ name: 'self', text: 'select pg_backend_pid() as pid' }, []);
    await db.database.run(cut, [self?.pid]);
    // The loss is told while nothing is asked of the connection.
    const alive = { name: 'alive', text: 'select 1 from pg_stat_activity where pid = $1' };
    while ((await db.database.run(alive, [self?.pid])).length > 0);
    await tx.run({ name: 'self', text: 'select 1' }, []);
  });
  await expect(failed).rejects.toThrow();
});

test('signals reach other processes, and a lost listener comes back with a resync', async () => {
  await using other = await openSignals(db.database, { clock });
  const seen: string[] = [];
  const all = Promise.withResolvers<void>();
  const resynced = Promise.withResolvers<void>();
  other.subscribe((signal) => {
    seen.push(signal.id);
    if (seen.length === 500) all.resolve();
    if (signal.kind === 'resync') resynced.resolve();
  });
  const ids = Array.from({ length: 500 }, id);
  signals.publish(ids.map((signalId) => ({ kind: 'flow-run', id: signalId })));
  await all.promise;
  expect(new Set(seen)).toEqual(new Set(ids));
  await db.database.run(
    {
      name: 'x',
      text: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'millrace signals'",
    },
    [],
  );
  await resynced.promise;
});
