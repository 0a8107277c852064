import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { withTransaction } from '../connection/with-transaction.ts';
import { ScheduledWorld } from '../testing/scheduled.ts';
import { deleteOldFires } from './delete-old-fires.ts';
import { scheduleFlowRuns } from './schedule-flow-runs.ts';

const DAY = 86_400_000;

test('what was filled in of long ago is not forgotten while its runs are there, and so not made twice', async () => {
  const clock = virtualClock();
  await using world = await ScheduledWorld.open(clock);
  const scheduleIds = [await world.schedule({ intervalMs: DAY })];
  const range = { from: clock.now() - 450 * DAY, until: clock.now(), limit: 10 };
  const fillIn = async () => {
    const { database } = world.db;
    const made = await withTransaction(database, (tx) =>
      scheduleFlowRuns(tx, { scheduleIds, range, dryRun: false }, world.by),
    );
    return made.fires.filter(({ created }) => created).length;
  };
  expect(await fillIn()).toBe(10);
  expect(await deleteOldFires(world.db.database, clock.now() - 400 * DAY, 1_000)).toBe(0);
  expect(await fillIn()).toBe(0);
  await world.db.database.kysely.deleteFrom('flow_run').execute();
  expect(await deleteOldFires(world.db.database, clock.now() - 400 * DAY, 1_000)).toBe(10);
});
