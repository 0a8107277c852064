import { newId, systemClock } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimFlowRuns } from '../src/claim/claim-flow-runs.ts';
import type { Executor } from '../src/connection/statement.ts';
import { withTransaction } from '../src/connection/with-transaction.ts';
import { deleteDeployment } from '../src/deployments/delete-deployment.ts';
import { acknowledgeFlowRuns } from '../src/holders/acknowledge-flow-runs.ts';
import { adoptFlowRuns, type HeldRun } from '../src/holders/adopt-flow-runs.ts';
import { expireHolder } from '../src/holders/expire-holder.ts';
import { leaseMs, renewHolder } from '../src/holders/renew-holder.ts';
import { openSignals, type Signals } from '../src/signals/signals.ts';
import {
  insertDeployment,
  insertFlowRuns,
  insertWorkQueue,
  type TestDatabase,
  testDatabase,
} from '../src/testing/index.ts';
import { openTransitionLanes, type TransitionLanes } from '../src/transitions/lanes.ts';

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

/** Runs of a deployment of their own, held by a holder of their own. */
async function claimed(count = 1, madeBy = clock) {
  const deployment = await insertDeployment(db.database, clock);
  const queueIds = [await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] })];
  await insertFlowRuns(db.database, madeBy, { ...deployment, count, scheduledTime: clock.now() });
  const holderId = id();
  await renewHolder(db.database, { id: holderId, kind: 'agent', name: 'test' }, clock.now());
  const options = { queueIds, holderId, limit: count, now: clock.now(), actor: 'scheduler', newId: id };
  const { claimed: runs } = await withTransaction(db.database, (tx) => claimFlowRuns(tx, options));
  const [first = { flowRunId: '', epoch: 0 }] = runs;
  return { ...deployment, holderId, runs, first };
}

const run = (flowRunId: string) =>
  db.database.kysely.selectFrom('flow_run').selectAll().where('id', '=', flowRunId).executeTakeFirstOrThrow();

async function expireAll() {
  const context = { now: clock.now() + leaseMs + 1000, actor: 'scheduler', newId: id };
  while (await expireHolder(db.database, context));
}

const propose = (given: { flowRunId: string; epoch: number }, type: 'RUNNING' | 'COMPLETED', requestId = id()) =>
  lanes.submit({ ...given, requestId, state: { type }, infrastructure: {}, actor: 'engine' });

test('a run whose deployment is gone does not go back to queues that can never offer it', async () => {
  const { first, deploymentId } = await claimed();
  const by = { now: clock.now(), actor: 'test', newId: id };
  await withTransaction(db.database, (tx) => deleteDeployment(tx, deploymentId, by));
  await expireAll();
  expect(await run(first.flowRunId)).toMatchObject({ state_type: 'CRASHED', holder_id: null });
});

test('a process whose run was CRASHED for it is told that it has lost it', async () => {
  const { first, holderId } = await claimed();
  await propose(first, 'RUNNING');
  await expireAll();
  expect(await run(first.flowRunId)).toMatchObject({ state_type: 'CRASHED' });
  expect(await withTransaction(db.database, (tx) => adoptFlowRuns(tx, holderId, [first]))).toEqual([first]);
});

test('a holder may write ids in capitals', async () => {
  const { first, holderId } = await claimed();
  const held = { ...first, flowRunId: first.flowRunId.toUpperCase() };
  expect(await withTransaction(db.database, (tx) => adoptFlowRuns(tx, holderId, [held]))).toEqual([]);
  expect(await run(first.flowRunId)).toMatchObject({ holder_id: holderId, acknowledged: true });
});

test('a repeated request is known although the clock of who made the run is ahead', async () => {
  const { first } = await claimed(1, virtualClock(clock.now() + 10_000));
  const request = id();
  await propose(first, 'RUNNING', request);
  await propose(first, 'RUNNING', request);
  expect(await run(first.flowRunId)).toMatchObject({ state_type: 'RUNNING', run_count: 1, state_count: 3 });
});

test.each([
  ['acknowledges', (tx: Executor, _: string, runs: HeldRun[]) => acknowledgeFlowRuns(tx, runs)],
  ['adopts', (tx: Executor, holderId: string, runs: HeldRun[]) => adoptFlowRuns(tx, holderId, runs)],
])('%s runs in the order in which everybody locks them', async (_, work) => {
  const { holderId, runs } = await claimed(2);
  const [low, high] = runs.toSorted((a, b) => (a.flowRunId < b.flowRunId ? -1 : 1));
  if (!low || !high) throw new Error('two runs were to be claimed');
  const lock = { name: 'lock', text: 'select 1 as one from millrace.flow_run where id = $1 for no key update' };
  const waits = { name: 'waits', text: 'select 1 as one from pg_locks where not granted' };
  let working: Promise<unknown> = Promise.resolve();
  await withTransaction(db.database, async (locking) => {
    await locking.run(lock, [low.flowRunId]);
    working = withTransaction(db.database, async (tx) => {
      // As it is planned where the table is large.
      for (const way of ['hashjoin', 'mergejoin', 'seqscan'])
        await tx.run({ name: way, text: `set local enable_${way} = off` }, []);
      await work(tx, holderId, [high, low]);
    });
    while ((await db.database.run(waits, [])).length === 0);
    // Who waits for the first has not got the second.
    await locking.run({ ...lock, text: `${lock.text} nowait` }, [high.flowRunId]);
  });
  await working;
});
