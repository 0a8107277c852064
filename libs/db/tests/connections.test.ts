import { newId, systemClock } from '@millrace/clock';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase } from '../src/connection/database.ts';
import { ConnectionLostError, dedicatedConnection } from '../src/connection/dedicated-connection.ts';
import { isDatabaseAway } from '../src/connection/is-database-away.ts';
import { withTransaction } from '../src/connection/with-transaction.ts';
import { openSignals } from '../src/signals/signals.ts';
import { type TestDatabase, testDatabase } from '../src/testing/index.ts';
import { type FlowRunItem, openTransitionLanes } from '../src/transitions/lanes.ts';
import { startRelay } from './relay.ts';

const clock = systemClock;
let db: TestDatabase;

beforeAll(async () => {
  db = await testDatabase();
  await db.database.run({ name: 'table', text: 'create table millrace.note (text text)' }, []);
});
afterAll(async () => {
  await db[Symbol.asyncDispose]();
});

const select = { name: 'one', text: 'select 1 as one' };
const note = { name: 'note', text: 'insert into millrace.note values ($1)' };
const notes = () => db.database.run<{ text: string }>({ name: 'notes', text: 'select text from millrace.note' }, []);
const connections = async (name: string) =>
  (
    await db.database.run({ name: 'connections', text: 'select 1 from pg_stat_activity where application_name = $1' }, [
      name,
    ])
  ).length;

/** Of a run that there is not. */
const running = (): FlowRunItem => ({
  flowRunId: newId(clock),
  requestId: newId(clock),
  epoch: 1,
  state: { type: 'RUNNING' },
  infrastructure: {},
  actor: 'engine',
});

test('what a failed transaction still had to do is not done outside of it', async () => {
  await using connection = dedicatedConnection(db.database, 'stray');
  const over = Promise.withResolvers<void>();
  let slower: Promise<unknown> = Promise.resolve();
  const failed = connection.transaction((executor) => {
    slower = executor
      .run(select, [])
      .then(() => over.promise)
      .then(() => executor.run(note, ['stray']));
    return Promise.all([slower, executor.run({ name: 'bad', text: 'select 1/0' }, [])]);
  });
  await expect(failed).rejects.toThrow(/zero/);
  over.resolve();
  await expect(slower).rejects.toThrow(/over/);
  expect(await notes()).toEqual([]);
});

test('a database that is gone without a word is given up, and connected to anew', async () => {
  await using relay = await startRelay(db.url);
  await using connection = dedicatedConnection({ ...db.database, url: relay.url }, 'frozen', { longestMs: 200 });
  const one = () => connection.transaction((executor) => executor.run(select, []));
  await one();
  relay.freeze();
  await expect(one()).rejects.toThrow(ConnectionLostError);
  expect(await one()).toEqual([{ one: 1 }]);
});

test('what a database that is away leads to is known as that, and nothing else is', async () => {
  await using relay = await startRelay(db.url);
  await using pool = openDatabase({ url: relay.url, schema: 'millrace', applicationName: 'away' });
  await using connection = dedicatedConnection({ ...db.database, url: relay.url }, 'away');
  const bad = { name: 'bad', text: 'select 1/0' };
  const slow = { name: 'slow', text: 'select pg_sleep(60)' };
  const failures = async (statement: typeof bad) =>
    (
      await Promise.allSettled([
        pool.run(statement, []),
        withTransaction(pool, (tx) => tx.run(statement, [])),
        connection.transaction((executor) => executor.run(statement, [])),
      ])
    ).map((outcome) => outcome.status === 'rejected' && isDatabaseAway(outcome.reason));
  expect(await failures(bad)).toEqual([false, false, false]);
  const cutOff = failures(slow);
  const sleeping = { name: 'sleeping', text: `select 1 from pg_stat_activity where query like '%pg_sleep(60)'` };
  await vi.waitFor(async () => expect((await db.database.run(sleeping, [])).length).toBeGreaterThanOrEqual(3));
  relay.cut();
  expect(await cutOff).toEqual([true, true, true]);
  relay.refuseNew();
  expect(await failures(bad)).toEqual([true, true, true]);
});

test('lanes that are closed take nothing more', async () => {
  await using signals = await openSignals(db.database, { clock });
  const lanes = openTransitionLanes(db.database, signals, { clock });
  await lanes[Symbol.asyncDispose]();
  await expect(lanes.submit(running())).rejects.toThrow('closed');
  // Postgres takes a moment to see its clients off.
  await expect.poll(() => connections('millrace transitions')).toBe(0);
});

test('with the database away a lane tells all who wait, and does not try for each of them', async () => {
  await using relay = await startRelay(db.url);
  await using signals = await openSignals(db.database, { clock });
  await using lanes = openTransitionLanes({ ...db.database, url: relay.url }, signals, { clock });
  const submit = () => lanes.submit(running());
  await Promise.all([submit(), submit()]);
  const { arrivals } = relay;
  relay.refuseNew();
  relay.cut();
  const away = await Promise.allSettled(Array.from({ length: 200 }, submit));
  expect(new Set(away.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(relay.arrivals - arrivals).toBeLessThan(10);
  relay.open();
  expect(await submit()).toEqual({ status: 'NOT_FOUND' });
});

test('signals that are closed while they connect anew leave no connection behind', async () => {
  await using relay = await startRelay(db.url);
  const signals = await openSignals({ ...db.database, url: relay.url }, { clock });
  relay.holdNew();
  relay.cut();
  await vi.waitFor(() => expect(relay.arrivals).toBe(2), { timeout: 20_000 });
  const closed = signals[Symbol.asyncDispose]();
  relay.open();
  await closed;
  await vi.waitFor(async () => expect(await connections('millrace signals')).toBe(0), { timeout: 20_000 });
});

test('signals given while the connection is lost are sent when it is back', async () => {
  await using relay = await startRelay(db.url);
  await using other = await openSignals(db.database, { clock });
  const lost = Promise.withResolvers<void>();
  await using signals = await openSignals({ ...db.database, url: relay.url }, { clock, onError: () => lost.resolve() });
  const heard = Promise.withResolvers<void>();
  const id = newId(clock);
  other.subscribe((signal) => {
    if (signal.id === id) heard.resolve();
  });
  relay.holdNew();
  relay.cut();
  await vi.waitFor(() => expect(relay.arrivals).toBe(2), { timeout: 20_000 });
  signals.publish([{ kind: 'queue', id }]);
  relay.open();
  await heard.promise;
  await lost.promise;
});
