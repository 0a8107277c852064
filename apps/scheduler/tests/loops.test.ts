import { newId } from '@millrace/clock';
import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import {
  claimFlowRuns,
  leaseMs,
  listAgents,
  openAgentStream,
  openSignals,
  renewHolder,
  type Signals,
  toInstant,
  withTransaction,
} from '@millrace/db';
import {
  insertDeployment,
  insertFlowRuns,
  insertWorkQueue,
  type TestDatabase,
  testDatabase,
} from '@millrace/db/testing';
import { defaultRetention, openReadyAgents } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { openClaimer } from '../src/dispatch/claimer.ts';
import { startExpireHolders } from '../src/loops/expire-holders.ts';
import { startExpireRuns } from '../src/loops/expire-runs.ts';
import { startForgetAgents } from '../src/loops/forget-agents.ts';
import { startLoop } from '../src/loops/loop.ts';
import { startMarkLate } from '../src/loops/mark-late.ts';

let db: TestDatabase;
let signals: Signals;
let clock: VirtualClock;
let context: Context;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  clock = virtualClock();
  db = stack.use(await testDatabase());
  signals = stack.use(await openSignals(db.database, { clock }));
  const claimer = stack.use(openClaimer({ database: db.database, signals, clock }));
  context = {
    database: db.database,
    signals,
    clock,
    log: silentLogger(),
    claimer,
    streams: new Set(),
    draining: new AbortController().signal,
    readyAgents: openReadyAgents(),
    retention: defaultRetention,
  };
});
afterEach(() => stack.disposeAsync());

/** Until the loops have ended their passes and wait for the next. */
async function untilWaiting(loops = 1) {
  while (clock.pending < loops) await new Promise((resolve) => setImmediate(resolve));
}

async function passFor(ms: number, loops = 1) {
  for (let gone = 0; gone < ms; gone += 1_000) {
    await clock.advance(1_000);
    await untilWaiting(loops);
  }
}

async function claimedRun() {
  const deployment = await insertDeployment(db.database, clock);
  const queueId = await insertWorkQueue(db.database, clock);
  const [flowRunId = ''] = await insertFlowRuns(db.database, clock, deployment);
  const holderId = newId(clock);
  await renewHolder(db.database, { id: holderId, kind: 'agent', name: 'gone' }, clock.now());
  const options = {
    queueIds: [queueId],
    holderId,
    limit: 1,
    now: clock.now(),
    actor: 'test',
    newId: () => newId(clock),
  };
  await withTransaction(db.database, (tx) => claimFlowRuns(tx, options));
  await db.database.kysely.updateTable('flow_run').set({ acknowledged: true }).execute();
  return async () => {
    const row = await db.database.kysely
      .selectFrom('flow_run')
      .selectAll()
      .where('id', '=', flowRunId)
      .executeTakeFirst();
    return row?.state_name;
  };
}

test('a holder is expired for its own silence only: a server that was away waits a full lease first', async () => {
  const state = await claimedRun();
  // The server was away for longer than the lease; the holder could not have renewed it.
  await clock.advance(2 * leaseMs);
  stack.use(startExpireHolders(context));
  await untilWaiting();
  await passFor(leaseMs - 2_000);
  expect(await state()).toBe('Pending');
  await passFor(5_000);
  expect(await state()).toBe('Scheduled');
});

test('a holder that renews is left alone', async () => {
  const state = await claimedRun();
  stack.use(startExpireHolders(context));
  await untilWaiting();
  const { id } = await db.database.kysely.selectFrom('holder').select('id').executeTakeFirstOrThrow();
  for (let round = 0; round < 10; round++) {
    await renewHolder(db.database, { id, kind: 'agent', name: 'alive' }, clock.now());
    await passFor(10_000);
  }
  expect(await state()).toBe('Pending');
});

test('nobody is expired for the time in which the database or this process stood still', async () => {
  const state = await claimedRun();
  stack.use(startExpireHolders(context));
  await untilWaiting();
  const { id } = await db.database.kysely.selectFrom('holder').select('id').executeTakeFirstOrThrow();
  for (let round = 0; round < 5; round++) {
    await renewHolder(db.database, { id, kind: 'agent', name: 'alive' }, clock.now());
    await passFor(10_000);
  }
  // In one go: the pass that it falls into gets no answer before the end.
  await clock.advance(2 * leaseMs);
  await untilWaiting();
  await passFor(leaseMs - 5_000);
  expect(await state()).toBe('Pending');
  await passFor(10_000);
  expect(await state()).toBe('Scheduled');
});

test('a loop goes on after a pass that failed, and is disposed in the middle of one', async () => {
  let passes = 0;
  const entered = Promise.withResolvers<AbortSignal>();
  const loop = startLoop({
    name: 'test',
    clock,
    log: silentLogger(),
    everyMs: 1_000,
    pass: async (signal) => {
      passes += 1;
      if (passes === 1) throw new Error('the first fails');
      entered.resolve(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  await untilWaiting();
  await clock.advance(1_100);
  const signal = await entered.promise;
  await loop[Symbol.asyncDispose]();
  expect([signal.aborted, passes]).toEqual([true, 2]);
  expect(loop.status).toMatchObject({ name: 'test', passes: 2, failures: 1, lastError: null });
  expect(loop.status.lastEndedAt).toBe(clock.now());
});

test('what nobody takes is late, then skipped where its schedule says so, and watchers hear of both', async () => {
  const deployment = await insertDeployment(db.database, clock);
  const [id = ''] = await insertFlowRuns(db.database, clock, deployment);
  const startBefore = toInstant(clock.now() + 30_000);
  await db.database.kysely.updateTable('flow_run').set({ start_before: startBefore }).execute();
  const heard: string[] = [];
  signals.subscribe((signal) => {
    if (signal.kind === 'flow-run') heard.push(signal.id);
  });
  stack.use(startMarkLate(context));
  stack.use(startExpireRuns(context));
  const name = async () =>
    (await db.database.kysely.selectFrom('flow_run').select('state_name').execute())[0]?.state_name;
  await untilWaiting(2);
  await passFor(4_000, 2);
  expect(await name()).toBe('Scheduled');
  await passFor(4_000, 2);
  expect(await name()).toBe('Late');
  await passFor(30_000, 2);
  expect([await name(), heard]).toEqual(['Skipped', [id, id]]);
});

test('an agent whose lease ran out is not connected, was seen when it last renewed, and is forgotten in an hour', async () => {
  const id = newId(clock);
  const agent = { id, name: 'gone', workQueueNames: ['q'], slots: 1, flowRunnerTypes: [], version: '1' };
  await renewHolder(db.database, { id, kind: 'agent', name: agent.name }, clock.now());
  await openAgentStream(db.database, agent, { id: newId(clock), now: clock.now() });
  const heard: string[] = [];
  signals.subscribe((signal) => {
    if (signal.kind === 'agent' && signal.id === id) heard.push(signal.id);
  });
  await clock.advance(5_000);
  await renewHolder(db.database, { id, kind: 'agent', name: agent.name }, clock.now());
  const seenAt = clock.now();
  const listed = () => listAgents(db.database, { now: clock.now() });
  expect(await listed()).toMatchObject([{ id, connected: true, last_seen: seenAt }]);
  stack.use(startExpireHolders(context));
  await untilWaiting();
  await passFor(leaseMs + 5_000);
  expect(heard).toEqual([id]);
  expect(await db.database.kysely.selectFrom('holder').selectAll().execute()).toEqual([]);
  expect(await listed()).toMatchObject([{ id, connected: false, last_seen: seenAt }]);
  await clock.advance(seenAt + 3_600_000 - clock.now());
  const early = startForgetAgents(context);
  await early[Symbol.asyncDispose]();
  expect(await listed()).toHaveLength(1);
  await clock.advance(1);
  await startForgetAgents(context)[Symbol.asyncDispose]();
  expect(await listed()).toEqual([]);
  expect(heard).toEqual([id, id]);
});
