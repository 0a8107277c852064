import { insertWorkQueue } from '@millrace/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, deployment, manifest, readRuns, startApp } from './start-app.ts';

let app: App;
let id: string;
const hello = { case: 'name', value: 'hello/daily' } as const;

beforeAll(async () => {
  app = await startApp();
  await insertWorkQueue(app.database, app.clock, { name: 'all' });
  await insertWorkQueue(app.database, app.clock, { name: 'blue only', tags: ['blue'] });
  await insertWorkQueue(app.database, app.clock, { name: 'red only', tags: ['red'] });
  const schema = {
    type: 'object',
    properties: { who: { type: 'string' }, times: { type: 'integer' } },
    required: ['times'],
  };
  const { deployment: made } = await app.deployments.createDeployment(
    deployment({
      flowData: manifest({ flow_parameter_schema: schema }),
      parameters: { who: 'you' },
      tags: ['blue'],
      priority: 4,
    }),
  );
  id = made?.id ?? '';
});
afterAll(() => app[Symbol.asyncDispose]());

test('a run gets what the deployment gives and the request adds', async () => {
  app.heard.length = 0;
  const { flowRun, created, workQueueNames } = await app.deployments.createFlowRun({
    key: hello,
    parameters: { times: 3 },
    tags: ['green', 'blue'],
    flowRunName: 'mine',
    flowRunner: { type: 'docker' },
    scheduledTime: { seconds: 1_800_000_000n },
  });
  expect(created).toBe(true);
  expect(workQueueNames).toEqual(['all', 'blue only']);
  expect(flowRun).toMatchObject({
    name: 'mine',
    deploymentId: id,
    deploymentName: 'hello/daily',
    deploymentVersion: 1,
    parameters: { who: 'you', times: 3 },
    tags: ['blue', 'green'],
    flowRunner: { type: 'docker', config: {} },
    priority: 4,
    autoScheduled: false,
    runCount: 0,
    state: { name: 'Scheduled', actor: 'tester', details: { scheduledTime: { seconds: 1_800_000_000n } } },
    expectedStartTime: { seconds: 1_800_000_000n },
  });
  expect(app.heard).toContainEqual({ kind: 'flow-run', id: flowRun?.id });
  expect(app.heard.filter(({ kind }) => kind === 'queue')).toHaveLength(2);
});

test('without a name it gets two words and a number, without a time it is due now', async () => {
  const { flowRun } = await app.deployments.createFlowRun({
    key: { case: 'id', value: id },
    parameters: { times: 1 },
  });
  expect(flowRun?.name).toMatch(/^[a-z]+-[a-z]+-\d+$/);
  expect(flowRun?.state?.details?.scheduledTime?.seconds).toBe(BigInt(app.clock.now() / 1000));
  expect(flowRun?.flowRunner?.type).toBe('universal');
});

test('parameters are checked against the schema', async () => {
  const call = app.deployments.createFlowRun({ key: hello, parameters: { who: 1 } });
  await expect(call).rejects.toMatchObject({
    reason: 'INVALID_ARGUMENT',
    violations: expect.arrayContaining([
      { field: 'parameters.times', description: 'is required' },
      { field: 'parameters.who', description: 'must be string' },
    ]),
  });
  const large = app.deployments.createFlowRun({ key: hello, parameters: { times: 1, a: 'x'.repeat(512 * 1024) } });
  await expect(large).rejects.toMatchObject({ violations: [{ field: 'parameters' }] });
});

test('one idempotency key makes one run, however many ask at once', async () => {
  const request = { key: hello, parameters: { times: 1 }, idempotencyKey: 'once' };
  const answers = await Promise.all(Array.from({ length: 8 }, () => app.deployments.createFlowRun(request)));
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ flowRun }) => flowRun?.id)).size).toBe(1);
  expect(answers.every(({ workQueueNames }) => workQueueNames.length === 2)).toBe(true);
  // Whatever else is asked for: the first one counts.
  const late = await app.deployments.createFlowRun({ ...request, parameters: { times: 'no' }, flowRunName: 'other' });
  expect(late.created).toBe(false);
  expect(late.flowRun).toEqual(answers[0]?.flowRun);
  const ofKey = (await readRuns(app.database)).filter((run) => run.idempotency_key === 'once');
  expect(ofKey).toHaveLength(1);
});

test('a run names the run that made it', async () => {
  const make = (request: object) => app.deployments.createFlowRun({ key: hello, parameters: { times: 1 }, ...request });
  const parent = (await make({})).flowRun;
  expect(parent?.parentFlowRunId).toBe('');
  const parentFlowRunId = parent?.id ?? '';
  const child = await make({ parentFlowRunId: parentFlowRunId.toUpperCase(), idempotencyKey: 'child' });
  expect(child).toMatchObject({ created: true, flowRun: { parentFlowRunId } });
  // Whoever repeats the call gets the run that it made, also when the parent is gone.
  await app.database.kysely.deleteFrom('flow_run').where('id', '=', parentFlowRunId).execute();
  const again = await make({ parentFlowRunId, idempotencyKey: 'child' });
  expect(again).toMatchObject({ created: false, flowRun: { id: child.flowRun?.id, parentFlowRunId } });
});

test.each([
  ['no run has', '019b0000-0000-7000-8000-00000000000d'],
  ['is none', 'x'],
])('a parent whose id %s is refused, and no run is made', async (_name, parentFlowRunId) => {
  const before = (await readRuns(app.database)).length;
  const call = app.deployments.createFlowRun({ key: hello, parameters: { times: 1 }, parentFlowRunId });
  await expect(call).rejects.toMatchObject({
    reason: 'INVALID_ARGUMENT',
    violations: [{ field: 'parent_flow_run_id' }],
  });
  expect(await readRuns(app.database)).toHaveLength(before);
});

test('a run keeps the version it was made with', async () => {
  const request = deployment({ name: 'versions' });
  const key = { case: 'name', value: 'hello/versions' } as const;
  await app.deployments.createDeployment(request);
  const first = await app.deployments.createFlowRun({ key });
  await app.deployments.createDeployment({ ...request, priority: 1 });
  const second = await app.deployments.createFlowRun({ key });
  expect([first.flowRun?.deploymentVersion, second.flowRun?.deploymentVersion]).toEqual([1, 2]);
});
