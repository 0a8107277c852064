import { create } from '@bufbuild/protobuf';
import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import { WatchRequestSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type Database, type LogLane, openLogLane, openSignals, type Signals } from '@millrace/db';
import { insertDeployment, insertFlowRuns, type TestDatabase, testDatabase } from '@millrace/db/testing';
import { Code } from '@millrace/rpc/errors';
import { silentLogger } from '@millrace/telemetry';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { RunChanges } from '../watch/run-changes.ts';
import { watch } from './watch.ts';

let db: TestDatabase;
let signals: Signals;
let clock: VirtualClock;
let runChanges: RunChanges;
let run = '';
const log = silentLogger();

beforeEach(async () => {
  db = await testDatabase();
  clock = virtualClock();
  signals = await openSignals(db.database, { clock });
  runChanges = new RunChanges({ database: db.database, signals, clock, log });
  [run = ''] = await insertFlowRuns(db.database, clock, await insertDeployment(db.database, clock));
});
afterEach(async () => {
  await runChanges[Symbol.asyncDispose]();
  await signals[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const abort = new AbortController();

function watchLog(database: Database = db.database, signal = abort.signal) {
  const subjects = [{ subject: { case: 'logsOfFlowRunId' as const, value: run } }];
  return watch({ database, signals, clock, log, runChanges }, create(WatchRequestSchema, { subjects }), { signal });
}

async function write(lane: LogLane, batchId: number, messages: string[]): Promise<void> {
  const lines = messages.map((message, index) => ({
    sequence: batchId * 100 + index,
    timestamp: clock.now(),
    level: 30,
    logger: 'flow',
    message,
    taskRunId: null,
  }));
  expect(await lane.submit([{ flowRunId: run, epoch: 1, batchId, lines }])).toEqual(['STORED']);
}

/** Until the watcher has looked and waits. */
async function parked(): Promise<void> {
  await vi.waitFor(() => expect(clock.pending).toBeGreaterThan(0), { interval: 2, timeout: 20_000 });
}

test('a lost signal is made good by the next poll', async () => {
  // As of a process that died between its commit and its signal.
  const lost = await openSignals(db.database, { clock });
  await lost[Symbol.asyncDispose]();
  await using lane = openLogLane(db.database, lost, clock);
  const events = watchLog();
  const coming = events.next();
  await parked();
  await write(lane, 1, ['unsignalled']);
  await clock.advance(1_999);
  expect(clock.pending).toBe(1);
  await clock.advance(1);
  expect((await coming).value).toMatchObject({ event: { value: { records: [{ message: 'unsignalled' }] } } });
  await events.return();
});

test('a signal is enough, and the clock need not move', async () => {
  await using lane = openLogLane(db.database, signals, clock);
  const events = watchLog();
  const coming = events.next();
  await parked();
  await write(lane, 1, ['a']);
  expect((await coming).value).toMatchObject({ event: { value: { records: [{ message: 'a' }] } } });
  await events.return();
  expect(clock.pending).toBe(0);
});

test('what is signalled while the reader is busy is read at once afterwards', async () => {
  await using lane = openLogLane(db.database, signals, clock);
  await write(lane, 1, ['a']);
  const events = watchLog();
  await events.next();
  for (const batchId of [2, 3, 4]) await write(lane, batchId, [`${batchId}`]);
  // One event for all three: nothing is read before it is asked for.
  expect((await events.next()).value).toMatchObject({
    event: { value: { records: [{ message: '2' }, { message: '3' }, { message: '4' }] } },
  });
  await events.return();
});

test('ten seconds of silence bring a sign of life, and again', async () => {
  const events = watchLog();
  const coming = events.next();
  for (let polls = 1; polls <= 5; polls++) {
    await parked();
    await clock.advance(2_000);
  }
  expect((await coming).value).toEqual({ event: { case: 'alive', value: {} } });
  const again = events.next();
  for (let polls = 1; polls <= 5; polls++) {
    await parked();
    await clock.advance(2_000);
  }
  expect((await again).value).toMatchObject({ event: { case: 'alive' } });
  expect(clock.now()).toBe(virtualClock().now() + 20_000);
  await events.return();
});

test('an abort ends it, waiting or not, and leaves nothing behind', async () => {
  const stop = new AbortController();
  const events = watchLog(db.database, stop.signal);
  const coming = events.next();
  await parked();
  stop.abort();
  expect(await coming).toEqual({ done: true, value: undefined });
  expect(clock.pending).toBe(0);
  expect(await watchLog(db.database, stop.signal).next()).toEqual({ done: true, value: undefined });
});

test('reads no further than it is pulled', async () => {
  await using lane = openLogLane(db.database, signals, clock);
  for (let batchId = 1; batchId <= 6; batchId++) await write(lane, batchId, ['x'.repeat(900_000)]);
  const read: number[] = [];
  const counting: Database = {
    ...db.database,
    async run(statement, values) {
      const rows = await db.database.run(statement, values);
      if (statement.name === 'read_log_chunks')
        read.push(...(rows as { ordinal: number }[]).map(({ ordinal }) => ordinal));
      return rows;
    },
  };
  const events = watchLog(counting);
  await events.next();
  expect(read).toEqual([1, 2]);
  for (let page = 2; page <= 6; page++) await events.next();
  expect(new Set(read)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
  await events.return();
});

test('a run that is deleted ends it', async () => {
  const events = watchLog();
  const coming = events.next();
  await parked();
  await db.database.kysely.deleteFrom('flow_run').where('id', '=', run).execute();
  const ended = expect(coming).rejects.toMatchObject({ code: Code.NotFound });
  await clock.advance(2_000);
  await ended;
});

test('a database that is away ends it with UNAVAILABLE', async () => {
  const away = await testDatabase();
  const events = watchLog(away.database);
  await away[Symbol.asyncDispose]();
  await expect(events.next()).rejects.toMatchObject({ code: Code.Unavailable, reason: 'NOT_READ' });
});
