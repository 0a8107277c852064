import { randomUUID } from 'node:crypto';
import { systemClock as clock } from '@millrace/clock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../connection/database.ts';
import { openSignals, type Signal, type Signals } from '../signals/signals.ts';
import { insertDeployment, insertFlowRuns } from '../testing/factories.ts';
import { type TestDatabase, testDatabase } from '../testing/test-database.ts';
import type { LogBatchToWrite } from './log-chunk.ts';
import { type LogLane, openLogLane } from './log-lane.ts';
import { logStart, readLog } from './read-log.ts';

let db: TestDatabase;
let signals: Signals;
let lane: LogLane;

beforeEach(async () => {
  db = await testDatabase();
  signals = await openSignals(db.database, { clock });
  lane = openLogLane(db.database, signals, clock);
});
afterEach(async () => {
  await lane[Symbol.asyncDispose]();
  await signals[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

async function newRuns(count = 1): Promise<string[]> {
  return insertFlowRuns(db.database, clock, { ...(await insertDeployment(db.database, clock)), count });
}

async function newRun(): Promise<string> {
  const [id = ''] = await newRuns();
  return id;
}

function batch(flowRunId: string, batchId: number, messages: string[], epoch = 1): LogBatchToWrite {
  const lines = messages.map((message, index) => ({
    sequence: batchId * 1_000 + index,
    timestamp: clock.now(),
    level: 30,
    logger: 'flow',
    message,
    taskRunId: null,
  }));
  return { flowRunId, epoch, batchId, lines };
}

async function messagesOf(flowRunId: string): Promise<string[]> {
  const page = await readLog(db.database, { flowRunId, from: logStart, limit: 100_000 });
  expect(page.more).toBe(false);
  return page.lines.map(({ message }) => message);
}

function chunksOf(flowRunId: string) {
  return db.database.kysely
    .selectFrom('log_chunk')
    .select(['ordinal', 'epoch', 'batch_id', 'late', 'record_count'])
    .where('flow_run_id', '=', flowRunId)
    .orderBy('ordinal')
    .execute();
}

test('a batch that comes again is recognised', async () => {
  const run = await newRun();
  expect(await lane.submit([batch(run, 1, ['a', 'b'])])).toEqual(['STORED']);
  expect(await lane.submit([batch(run, 1, ['a', 'b']), batch(run, 2, ['c']), batch(run, 2, ['c'])])).toEqual([
    'DUPLICATE',
    'STORED',
    'DUPLICATE',
  ]);
  expect(await messagesOf(run)).toEqual(['a', 'b', 'c']);
});

test('what was given together is one chunk, and one row per run', async () => {
  const [one = '', other = ''] = await newRuns(2);
  await lane.submit([batch(one, 1, ['a']), batch(other, 1, ['x']), batch(one, 2, ['b']), batch(one, 3, ['c'])]);
  expect(await chunksOf(one)).toEqual([{ ordinal: 1, epoch: 1, batch_id: 3, late: false, record_count: 3 }]);
  expect(await messagesOf(one)).toEqual(['a', 'b', 'c']);
  expect(await messagesOf(other)).toEqual(['x']);
});

test('an unknown run fails nobody else', async () => {
  const run = await newRun();
  const given = [batch(randomUUID(), 1, ['lost']), batch(run, 1, ['kept'])];
  expect(await lane.submit(given)).toEqual(['NO_SUCH_RUN', 'STORED']);
  expect(await messagesOf(run)).toEqual(['kept']);
});

test('an older epoch is kept, marked late, and recognised when it comes again', async () => {
  const run = await newRun();
  await lane.submit([batch(run, 1, ['1.1'], 1)]);
  await db.database.kysely.updateTable('flow_run').set({ epoch: 2 }).where('id', '=', run).execute();
  await lane.submit([batch(run, 1, ['2.1'], 2)]);
  const given = [
    batch(run, 1, ['1.1'], 1),
    batch(run, 2, ['1.2'], 1),
    batch(run, 3, ['1.3'], 1),
    batch(run, 2, ['2.2'], 2),
  ];
  expect(await lane.submit(given)).toEqual(['DUPLICATE', 'STORED', 'STORED', 'STORED']);
  expect(await lane.submit(given)).toEqual(['DUPLICATE', 'DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
  expect(await lane.submit([batch(run, 4, ['1.4'], 1), batch(run, 2, ['2.2'], 2)])).toEqual(['STORED', 'DUPLICATE']);
  expect(await messagesOf(run)).toEqual(['1.1', '2.1', '1.2', '1.3', '2.2', '1.4']);
  expect((await chunksOf(run)).map(({ epoch, late }) => [epoch, late])).toEqual([
    [1, false],
    [2, false],
    [1, true],
    [2, false],
    [1, true],
  ]);
});

test('a batch that Postgres refuses fails alone, and holds back only its own run', async () => {
  const [bad = '', good = ''] = await newRuns(2);
  const refused = batch(bad, 2, ['refused'], 2 ** 40);
  const answers = await Promise.allSettled([
    // The first goes alone; the others wait for it and go together.
    lane.submit([batch(good, 1, ['1'])]),
    lane.submit([batch(bad, 1, ['before'])]),
    lane.submit([refused]),
    lane.submit([batch(bad, 3, ['after'])]),
    lane.submit([batch(good, 2, ['2'])]),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(await messagesOf(bad)).toEqual(['before']);
  expect(await messagesOf(good)).toEqual(['1', '2']);
});

test('what waits behind a failed batch of its run fails with it, and can be given again', async () => {
  const [bad = '', good = ''] = await newRuns(2);
  const many = Array.from({ length: 1_000 }, (_, index) => batch(good, index + 1, ['.']));
  const answers = await Promise.allSettled([
    lane.submit([batch(bad, 1, ['1'])]),
    // More than one transaction takes: the last of these waits for another.
    lane.submit([batch(bad, 2, ['2'], 2 ** 40)]),
    lane.submit(many),
    lane.submit([batch(bad, 3, ['3'])]),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(await lane.submit([batch(bad, 2, ['2']), batch(bad, 3, ['3'])])).toEqual(['STORED', 'STORED']);
  expect(await messagesOf(bad)).toEqual(['1', '2', '3']);
});

test('ten thousand records of a run come back in order', async () => {
  const run = await newRun();
  const messages = Array.from({ length: 10_000 }, (_, index) => `record ${index} of a run that has much to say`);
  await lane.submit([batch(run, 1, messages)]);
  expect(await messagesOf(run)).toEqual(messages);
});

test('two processes write one run at once: nothing is lost, the chunks are gap-free', async () => {
  const run = await newRun();
  await using database = openDatabase({ url: db.url, schema: 'millrace', applicationName: 'second' });
  await using otherSignals = await openSignals(database, { clock });
  await using otherLane = openLogLane(database, otherSignals, clock);
  const ids = Array.from({ length: 60 }, (_, index) => index + 1);
  const write = (through: LogLane, epoch: number) =>
    Promise.all(ids.map((id) => through.submit([batch(run, id, [`${epoch}.${id}`], epoch)])));
  const outcomes = await Promise.all([write(lane, 1), write(otherLane, 2)]);
  expect(new Set(outcomes.flat(2))).toEqual(new Set(['STORED']));
  const messages = await messagesOf(run);
  for (const epoch of [1, 2])
    expect(messages.filter((message) => message.startsWith(`${epoch}.`))).toEqual(ids.map((id) => `${epoch}.${id}`));
  const chunks = await chunksOf(run);
  expect(chunks.map(({ ordinal }) => ordinal)).toEqual(chunks.map((_, index) => index + 1));
});

test('two processes make the cursors of the same new runs at once', async () => {
  const runs = await newRuns(50);
  await using database = openDatabase({ url: db.url, schema: 'millrace', applicationName: 'second' });
  await using otherLane = openLogLane(database, signals, clock);
  const first = runs.map((run) => batch(run, 1, ['same']));
  const outcomes = await Promise.all([lane.submit(first), otherLane.submit([...first].reverse())]);
  expect(outcomes.flat().filter((outcome) => outcome === 'STORED')).toHaveLength(50);
  expect(outcomes.flat().filter((outcome) => outcome === 'DUPLICATE')).toHaveLength(50);
});

test('after a lost connection the lane goes on', async () => {
  const run = await newRun();
  await lane.submit([batch(run, 1, ['a'])]);
  await terminate('millrace logs');
  const again = () => lane.submit([batch(run, 2, ['b'])]);
  // The first to meet the broken connection may fail.
  const outcome = await again().catch(again);
  expect(outcome).toEqual(['STORED']);
  expect(await messagesOf(run)).toEqual(['a', 'b']);
});

async function terminate(applicationName: string): Promise<void> {
  const text = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and application_name = $1`;
  await db.database.run({ name: 'terminate', text }, [applicationName]);
}

test('each run that grew is signalled once, after the commit; duplicates are not', async () => {
  const [one = '', other = ''] = await newRuns(2);
  const heard: Signal[] = [];
  const stop = signals.subscribe((signal) => heard.push(signal));
  await lane.submit([batch(one, 1, ['a']), batch(one, 2, ['b']), batch(other, 1, ['x'])]);
  await lane.submit([batch(one, 2, ['b'])]);
  stop();
  expect(heard).toEqual([
    { kind: 'log', id: one },
    { kind: 'log', id: other },
  ]);
});
