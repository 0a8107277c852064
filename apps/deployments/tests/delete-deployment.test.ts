import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, DAY, deployment, every, readRuns, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

test('runs that never started go, others live on without the deployment', async () => {
  const key = { case: 'name', value: 'hello/daily' } as const;
  await app.deployments.createDeployment(deployment({ schedules: [every(DAY)] }));
  const manual = await app.deployments.createFlowRun({ key });
  const ran = await app.deployments.createFlowRun({ key });
  await app.database.kysely
    .updateTable('flow_run')
    .set({ state_type: 'COMPLETED', state_name: 'Completed', run_count: 1, scheduled_time: null })
    .where('id', '=', ran.flowRun?.id ?? '')
    .execute();

  const { deletedFlowRuns } = await app.deployments.deleteDeployment({ key });
  expect(deletedFlowRuns).toBe(4);
  const left = await readRuns(app.database);
  expect(left).toMatchObject([{ id: ran.flowRun?.id, deployment_id: null, deployment_version: 1 }]);
  expect(left.map(({ id }) => id)).not.toContain(manual.flowRun?.id);
  for (const table of ['schedule', 'schedule_fire', 'deployment_version', 'queue_entry'] as const)
    expect(await app.database.kysely.selectFrom(table).selectAll().execute()).toEqual([]);
  await expect(app.deployments.getDeployment({ key })).rejects.toMatchObject({ reason: 'DEPLOYMENT_NOT_FOUND' });

  const again = await app.deployments.createDeployment(deployment());
  expect(again).toMatchObject({ created: true, deployment: { version: 1 } });
});

test('a run that waits to retry in its queue is cancelled', async () => {
  const key = { case: 'name', value: 'hello/daily' } as const;
  await app.deployments.createDeployment(deployment());
  const { flowRun } = await app.deployments.createFlowRun({ key });
  await app.database.kysely
    .updateTable('flow_run')
    .set({ state_name: 'AwaitingRetry', run_count: 1 })
    .where('id', '=', flowRun?.id ?? '')
    .execute();
  expect(await app.deployments.deleteDeployment({ key })).toMatchObject({ deletedFlowRuns: 0 });
  const left = await readRuns(app.database);
  expect(left.find(({ id }) => id === flowRun?.id)).toMatchObject({
    state_type: 'CANCELLED',
    deployment_id: null,
    holder_id: null,
  });
  expect(await app.database.kysely.selectFrom('queue_entry').selectAll().execute()).toEqual([]);
});
