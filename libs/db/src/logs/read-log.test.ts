import { systemClock as clock } from '@millrace/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Executor } from '../connection/statement.ts';
import { openSignals, type Signals } from '../signals/signals.ts';
import { insertDeployment, insertFlowRuns } from '../testing/factories.ts';
import { type TestDatabase, testDatabase } from '../testing/test-database.ts';
import { type LogLane, openLogLane } from './log-lane.ts';
import { type LogPosition, logStart, readLog } from './read-log.ts';

let db: TestDatabase;
let signals: Signals;
let lane: LogLane;
let run = '';

const task = '11111111-1111-4111-8111-111111111111';
const levelOf = (sequence: number) => (sequence % 10 === 0 ? 50 : sequence < 100 ? 20 : 30);

beforeAll(async () => {
  db = await testDatabase();
  signals = await openSignals(db.database, { clock });
  lane = openLogLane(db.database, signals, clock);
  [run = ''] = await insertFlowRuns(db.database, clock, await insertDeployment(db.database, clock));
  // 30 chunks of 7: one at a time, so that they are not merged.
  for (let batchId = 1; batchId <= 30; batchId++) {
    const lines = Array.from({ length: 7 }, (_, index) => {
      const sequence = (batchId - 1) * 7 + index + 1;
      const taskRunId = sequence % 3 === 0 ? task : null;
      return { sequence, timestamp: clock.now(), level: levelOf(sequence), logger: 'flow', message: 'm', taskRunId };
    });
    await lane.submit([{ flowRunId: run, epoch: 1, batchId, lines }]);
  }
});
afterAll(async () => {
  await lane[Symbol.asyncDispose]();
  await signals[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const all = Array.from({ length: 210 }, (_, index) => index + 1);

async function readPages(query: { limit: number; minLevel?: number; taskRunId?: string }): Promise<number[][]> {
  const pages: number[][] = [];
  let from: LogPosition = logStart;
  for (;;) {
    const { lines, next, more } = await readLog(db.database, { flowRunId: run, from, ...query });
    pages.push(lines.map(({ sequence }) => sequence));
    if (!more) return pages;
    from = next;
  }
}

test.for([1, 6, 7, 8, 50, 209, 210, 1_000])('pages of %i have every record once', async (limit) => {
  const pages = await readPages({ limit });
  expect(pages.flat()).toEqual(all);
  expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
  expect(pages).toHaveLength(Math.ceil(210 / limit));
});

test.for([30, 31, 50, 51])('only records of level %i or above', async (minLevel) => {
  const expected = all.filter((sequence) => levelOf(sequence) >= minLevel);
  expect((await readPages({ limit: 4, minLevel })).flat()).toEqual(expected);
});

test('only one task run', async () => {
  expect((await readPages({ limit: 5, taskRunId: task })).flat()).toEqual(all.filter((sequence) => sequence % 3 === 0));
});

test('chunks without the level are not even read', async () => {
  const read: number[] = [];
  const counting: Executor = {
    async run(statement, values) {
      const rows = await db.database.run(statement, values);
      read.push(...(rows as { ordinal: number }[]).map(({ ordinal }) => ordinal));
      return rows;
    },
  };
  await readLog(counting, { flowRunId: run, from: logStart, limit: 1_000, minLevel: 50 });
  const withErrors = all.filter((sequence) => levelOf(sequence) >= 50).map((sequence) => Math.ceil(sequence / 7));
  expect(read).toEqual(withErrors);
});

test('up to a chunk', async () => {
  const page = await readLog(db.database, { flowRunId: run, from: { ordinal: 2, index: 3 }, to: 3, limit: 100 });
  expect(page.lines.map(({ sequence }) => sequence)).toEqual(all.slice(10, 21));
  expect(page).toMatchObject({ next: { ordinal: 4, index: 0 }, more: false });
});

test('long records make shorter pages, of one record at least', async () => {
  const [other = ''] = await insertFlowRuns(db.database, clock, await insertDeployment(db.database, clock));
  const lengths = [600_000, 600_000, 300_000, 1_048_576, 1_048_576];
  const lines = lengths.map((length, index) => ({
    sequence: index + 1,
    timestamp: clock.now(),
    level: 30,
    logger: 'flow',
    message: 'm'.repeat(length),
    taskRunId: null,
  }));
  await lane.submit([{ flowRunId: other, epoch: 1, batchId: 1, lines }]);
  const pages: number[][] = [];
  for (let from = logStart, more = true; more; ) {
    const page = await readLog(db.database, { flowRunId: other, from, limit: 50 });
    pages.push(page.lines.map(({ sequence }) => sequence));
    ({ next: from, more } = page);
  }
  expect(pages).toEqual([[1], [2, 3], [4], [5]]);
});

test('reading goes by the index', async () => {
  const plans: string[] = [];
  const explaining: Executor = {
    async run({ name, text }, values) {
      const plan = await db.database.run<{ 'QUERY PLAN': string }>(
        { name: `explain_${name}`, text: `explain (analyze, costs off, timing off, summary off) ${text}` },
        values,
      );
      plans.push(plan.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    },
  };
  // Other runs' chunks, for a table that is worth an index.
  const fill = `insert into millrace.log_chunk
    select gen_random_uuid(), n, now(), 1, 1, false, 1, 1, now(), now(), 30, 'x' from generate_series(1, 5000) n`;
  await db.database.run({ name: 'fill', text: fill }, []);
  await db.database.run({ name: 'analyze', text: 'analyze millrace.log_chunk' }, []);
  await readLog(explaining, { flowRunId: run, from: { ordinal: 29, index: 0 }, limit: 5 });
  expect(plans).toHaveLength(1);
  expect(plans[0]).toMatch(/Index Scan using log_chunk_\w+_pkey/);
  expect(plans[0]).not.toMatch(/Rows Removed by Filter: \d{2}/);
});
