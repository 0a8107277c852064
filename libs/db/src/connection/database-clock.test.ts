import { systemClock } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { startDatabaseClock } from './database-clock.ts';
import type { Executor } from './statement.ts';

/** A database whose clock is `ahead` of the machine's, and whose answers take as long as the script says. */
function setup(ahead: number) {
  const base = virtualClock();
  const script: { there: number; back: number }[] = [];
  const executor: Executor = {
    async run<Row>() {
      const { there, back } = script.shift() ?? { there: 0, back: 0 };
      await base.sleep(there);
      const now = base.now() + ahead;
      await base.sleep(back);
      return [{ now } as Row];
    },
  };
  const start = async (there: number, back: number) => {
    script.push({ there, back });
    const started = startDatabaseClock(executor, base);
    await base.advance(there + back);
    return started;
  };
  /** The measurement that comes 30 s after the last one. */
  const measure = async (there: number, back: number) => {
    script.push({ there, back });
    await base.advance(30_000 + there + back);
    expect(script).toEqual([]);
  };
  return { base, start, measure };
}

test.each([0, 5_000, -5_000])('goes by the time of a Postgres %i ms ahead', async (ahead) => {
  const { base, start, measure } = setup(ahead);
  using clock = await start(10, 10);
  expect(clock.now() - base.now()).toBe(ahead);
  await measure(3, 3);
  expect(clock.now() - base.now()).toBe(ahead);
});

test('is wrong by half of how long the first measurement took, at most, until a better one', async () => {
  const { base, start, measure } = setup(5_000);
  using clock = await start(500, 0);
  expect(clock.now() - base.now()).toBe(5_250);
  await measure(10, 10);
  expect(clock.now() - base.now()).toBe(5_000);
});

test.each([
  [500, 0],
  [0, 500],
])('keeps a good measurement when the next had to wait %i ms there and %i back', async (there, back) => {
  const { base, start, measure } = setup(5_000);
  using clock = await start(10, 10);
  await measure(there, back);
  expect(clock.now() - base.now()).toBe(5_000);
});

test('reads the time of Postgres: between the asking and the answer, whatever that takes', async () => {
  await using db = await testDatabase();
  const asked: number[] = [];
  const watched: Executor = {
    async run(statement, values) {
      asked.push(systemClock.now());
      const rows = await db.database.run(statement, values);
      asked.push(systemClock.now());
      return rows;
    },
  };
  let stopped: number | undefined;
  using clock = await startDatabaseClock(watched, { ...systemClock, now: () => stopped ?? systemClock.now() });
  const [before = 0, after = 0] = asked;
  stopped = after;
  // A millisecond for rounding: it may be off by half of what the question took.
  expect(Math.abs(clock.now() - stopped)).toBeLessThanOrEqual((after - before) / 2 + 1);
});
