import { newId } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { type Transaction, withTransaction } from '../connection/with-transaction.ts';
import { insertDeployment, insertWorkQueue, testDatabase } from '../testing/index.ts';
import { createFlowRuns } from '../transitions/create-flow-runs.ts';
import { deleteDeployment } from './delete-deployment.ts';
import { keepDeployment } from './read-deployments.ts';

const clock = virtualClock();
const by = { now: clock.now(), actor: 'test', newId: () => newId(clock) };

// The name is locked by one statement and read by the next. Where a deployment of that name is made in between (a first
// deploy, or one that waited for a deletion as this did), it is read and not kept.
test('a run that is made of a deployment by its name keeps it from being deleted', async () => {
  await using fixture = await testDatabase();
  const { database } = fixture;
  await insertWorkQueue(database, clock);
  let deploymentId = '';
  let deleted: Promise<unknown> | undefined;
  let isDeleted = false;
  await withTransaction(database, async (tx) => {
    const creating: Transaction = {
      kysely: tx.kysely,
      async run(statement, values) {
        if (statement.name === 'read_deployment_by_name')
          ({ deploymentId } = await insertDeployment(database, clock, 'hello'));
        return tx.run(statement, values);
      },
    };
    const kept = await keepDeployment(creating, { flowName: 'flow of hello', name: 'hello' });
    if (!kept) return;
    deleted = withTransaction(database, (other) => deleteDeployment(other, deploymentId, by)).then(() => {
      isDeleted = true;
    });
    // Where it is kept the deletion waits for this transaction; otherwise it is over soon.
    const text = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    const waiting = () => database.run({ name: 'somebody_waits', text }, []);
    await expect.poll(async () => isDeleted || (await waiting()).length > 0).toBe(true);
    await createFlowRuns(tx, [runOf(kept.id, kept.flow_id)], by);
  });
  await deleted;

  const dangling = await database.kysely
    .selectFrom('flow_run')
    .select(['id', 'state_type'])
    .where('deployment_id', 'is not', null)
    .where('deployment_id', 'not in', (eb) => eb.selectFrom('deployment').select('id'))
    .execute();
  expect(dangling).toEqual([]);
  expect(await database.kysely.selectFrom('queue_entry').selectAll().execute()).toEqual([]);
});

function runOf(deploymentId: string, flowId: string) {
  return {
    ...{ id: newId(clock), name: 'run', flowId, deploymentId, deploymentVersion: 1, scheduleId: null },
    ...{ autoScheduled: false, parameters: {}, tags: [], flowRunnerType: 'universal', flowRunnerConfig: {} },
    ...{ priority: 0, maxRetries: 0, retryDelaysMs: [], idempotencyKey: null, scheduledTime: clock.now() },
    ...{ parentFlowRunId: null, message: '' },
  };
}
