import { type VirtualClock, virtualClock } from '@millrace/clock/virtual';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withTransaction } from '../connection/with-transaction.ts';
import { scheduleFlowRuns } from '../schedules/schedule-flow-runs.ts';
import { ScheduledWorld } from '../testing/scheduled.ts';

// What `all`, the default, holds runs to that nobody took.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let world: ScheduledWorld;
let clock: VirtualClock;
let start: number;
beforeEach(async () => {
  clock = virtualClock();
  start = clock.now();
  world = await ScheduledWorld.open(clock);
});
afterEach(() => world[Symbol.asyncDispose]());

const gates = () => world.db.database.kysely.selectFrom('schedule_gate').selectAll().execute();
const runs = () => world.db.database.kysely.selectFrom('flow_run').selectAll().orderBy('expected_start_time').execute();

test('the newest hundred go on, the others are too old', async () => {
  const id = await world.schedule();
  for (let hour = 0; hour < 3; hour++) {
    await clock.advance(HOUR);
    await world.topUp();
  }
  const claimed = new Set<string>();
  for (let n = 0; n < 40; n++) for (const { flowRunId } of await world.claim(10)) claimed.add(flowRunId);
  expect((await runs()).filter((run) => claimed.has(run.id)).map((run) => run.expected_start_time)).toEqual(
    Array.from({ length: 100 }, (_, n) => start + (81 + n) * MINUTE),
  );
  const ledger = await world.ledger(id, start);
  expect(ledger.filter((line) => line.endsWith('expired'))).toHaveLength(80);
});

test('what is a day late is too old, however few there are', async () => {
  const id = await world.schedule({ intervalMs: 8 * HOUR });
  for (let n = 0; n < 5; n++) {
    await clock.advance(8 * HOUR);
    await world.topUp();
  }
  expect(await world.claim()).toHaveLength(4);
  expect((await world.ledger(id, start)).map((line) => line.split(' ')[1])).toEqual([
    'expired',
    ...Array(4).fill('scheduled'),
  ]);
});

test('of those that were made ahead and those that were missed no more than a hundred', async () => {
  const id = await world.schedule({ intervalMs: SECOND });
  await clock.advance(155 * SECOND);
  // Nobody knows yet how many newer ones there are.
  expect(await world.claim()).toHaveLength(45);
  await world.topUp();
  for (let n = 0; n < 10; n++) await world.claim();
  expect((await runs()).filter((run) => run.holder_id !== null)).toHaveLength(100);
  expect((await world.ledger(id, start)).filter((line) => line.endsWith('expired'))).toHaveLength(55);
});

test('who has waited at the gate goes on, however many have come meanwhile', async () => {
  const id = await world.schedule({ intervalMs: SECOND, options: { overlap: 'buffer-one' } });
  await clock.advance(2 * SECOND);
  const [first] = await world.claim();
  const waiting = (await gates())[0]?.waiting_flow_run_id;
  if (!first) throw new Error('nothing claimed');
  await world.move(first, 'RUNNING');
  for (let n = 0; n < 12; n++) {
    await clock.advance(10 * SECOND);
    await world.topUp();
    await world.claim();
  }
  await world.move(first, 'COMPLETED');
  expect(await world.claim()).toMatchObject([{ flowRunId: waiting }]);
  expect((await world.ledger(id, start)).filter((line) => line.endsWith('expired'))).toEqual([]);
});

test('what somebody asked for is never too old', async () => {
  const id = await world.schedule({ intervalMs: 8 * HOUR });
  const range = { from: start - 50 * HOUR, until: start - 40 * HOUR, limit: 1 };
  await withTransaction(world.db.database, (tx) =>
    scheduleFlowRuns(tx, { scheduleIds: [id], range, dryRun: false }, world.by),
  );
  expect(await world.claim()).toHaveLength(1);
});
