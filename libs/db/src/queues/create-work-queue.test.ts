import { newId, systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { withTransaction } from '../connection/with-transaction.ts';
import { insertDeployment, insertFlowRuns, testDatabase } from '../testing/index.ts';
import { deleteUnstartedFlowRuns } from '../transitions/delete-flow-runs.ts';
import { createWorkQueue } from './create-work-queue.ts';

const clock = systemClock;

test('a run that is deleted while a queue is made leaves no entry in it', async () => {
  await using db = await testDatabase();
  const ids = await insertFlowRuns(db.database, clock, await insertDeployment(db.database, clock));
  const filter = { tags: [], deploymentIds: [], flowRunnerTypes: [] };
  const queue = { id: newId(clock), name: 'q', description: '', ...filter, isPaused: false, concurrencyLimit: null };
  const waits = { name: 'waits', text: 'select 1 as one from pg_locks where not granted' };
  let over = false;
  let deleted: Promise<unknown> = Promise.resolve();
  await withTransaction(db.database, async (tx) => {
    await createWorkQueue(tx, queue, { now: clock.now(), actor: 'test' });
    deleted = withTransaction(db.database, (deleting) =>
      deleteUnstartedFlowRuns(deleting, ids, { now: clock.now(), newId: () => newId(clock) }),
    ).finally(() => {
      over = true;
    });
    while (!over && (await db.database.run(waits, [])).length === 0);
  });
  await deleted;
  expect(await db.database.kysely.selectFrom('queue_entry').selectAll().execute()).toEqual([]);
});
