import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, DAY, deployment, every, HOUR, manifest, readRuns, rowVersions, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const namesake = (name: string) => ({ flow: { case: 'flowName', value: name } as const });

test('a new deployment has the defaults, and its flow is made', async () => {
  const { deployment: made, created } = await app.deployments.createDeployment(deployment(namesake('defaults')));
  expect(created).toBe(true);
  expect(made).toMatchObject({
    name: 'daily',
    flowName: 'defaults',
    version: 1,
    isScheduleActive: true,
    enforceParameterSchema: true,
    parameters: {},
    tags: [],
    schedules: [],
    priority: 0,
    flowRunner: { type: 'universal', config: {} },
    retryPolicy: { maxRetries: 0, delays: [] },
  });
  expect(made?.updated).toEqual(made?.created);
  const again = await app.deployments.getDeployment({ key: { case: 'name', value: 'defaults/daily' } });
  expect(again.deployment).toEqual(made);
  expect((await app.deployments.getDeployment({ key: { case: 'id', value: made?.id ?? '' } })).deployment).toEqual(
    made,
  );
});

test('its first runs are there when the call returns, and whoever waits is told', async () => {
  app.heard.length = 0;
  const request = deployment({
    ...namesake('first-runs'),
    parameters: { who: 'you', how: 'well' },
    tags: ['blue', 'blue', 'green'],
    priority: 7,
    retryPolicy: { maxRetries: 2, delays: [{ seconds: 5n }] },
    flowRunner: { type: 'subprocess', config: { env: { A: '1' } } },
    schedules: [every(DAY, { parameters: { who: 'me' } })],
  });
  const { deployment: made } = await app.deployments.createDeployment(request);
  const runs = (await readRuns(app.database)).filter((run) => run.deployment_id === made?.id);
  expect(runs.map((run) => new Date(run.scheduled_time ?? 0).toISOString().slice(0, 16))).toEqual([
    '2026-01-02T00:00',
    '2026-01-03T00:00',
    '2026-01-04T00:00',
  ]);
  for (const run of runs)
    expect(run).toMatchObject({
      state_type: 'SCHEDULED',
      state_name: 'Scheduled',
      auto_scheduled: true,
      parameters: { who: 'me', how: 'well' },
      tags: ['auto-scheduled', 'blue', 'green'],
      deployment_version: 1,
      priority: 7,
      max_retries: 2,
      retry_delays_ms: [5000],
      flow_runner_type: 'subprocess',
      flow_runner_config: { env: { A: '1' } },
    });
  expect(made?.tags).toEqual(['blue', 'green']);
  expect(made?.schedules).toMatchObject([{ slug: 'default', timezone: 'UTC', active: true }]);
  expect(app.heard.filter(({ kind }) => kind === 'flow-run').map(({ id }) => id)).toEqual(
    expect.arrayContaining(runs.map(({ id }) => id)),
  );
});

test('an identical request writes nothing', async () => {
  const request = deployment({
    ...namesake('identical'),
    flowData: manifest({ flow_parameter_schema: { type: 'object', properties: { n: { type: 'number' } } } }),
    parameters: { n: 1.5, z: { b: [1, null, 'x'], a: {} }, minus: -0 },
    tags: ['a'],
    flowRunner: { type: 'subprocess', config: { env: {} } },
    schedules: [every(HOUR, { slug: 'b', timezone: 'Europe/Berlin' }), every(DAY, { slug: 'a' })],
    retryPolicy: { maxRetries: 1, delays: [{ seconds: 0n, nanos: 500_000_000 }] },
  });
  const first = await app.deployments.createDeployment(request);
  const before = await rowVersions(app.database);
  await app.clock.advance(20_000);
  const second = await app.deployments.createDeployment(request);
  expect(second.created).toBe(false);
  expect(second.deployment).toEqual(first.deployment);
  expect(second.deployment?.schedules.map(({ slug }) => slug)).toEqual(['b', 'a']);
  expect(await rowVersions(app.database)).toEqual(before);
});

test.each([
  ['flow_data', { flowData: manifest({ note: 'other' }) }, 2],
  ['parameters', { parameters: { a: 2 } }, 2],
  ['tags', { tags: ['x'] }, 2],
  ['the runner', { flowRunner: { type: 'docker' } }, 2],
  ['priority', { priority: 3 }, 2],
  ['the retry policy', { retryPolicy: { maxRetries: 1 } }, 2],
  ['schedules', { schedules: [every(2 * DAY)] }, 2],
  ['a schedule parameter', { schedules: [every(DAY, { parameters: { a: 3 } })] }, 2],
  ['enforcement', { enforceParameterSchema: false }, 2],
  ['the description', { description: 'new' }, 1],
  ['the switch', { isScheduleActive: false }, 1],
])('a change of %s is seen', async (what, change, version) => {
  const request = deployment({ ...namesake(`change of ${what}`), parameters: { a: 1 }, schedules: [every(DAY)] });
  const first = await app.deployments.createDeployment(request);
  await app.clock.advance(1000);
  const { deployment: now } = await app.deployments.createDeployment({ ...request, ...change });
  expect(now?.version).toBe(version);
  expect(now?.updated).not.toEqual(first.deployment?.updated);
  expect(now?.created).toEqual(first.deployment?.created);
  const versions = await app.database.kysely
    .selectFrom('deployment_version')
    .where('deployment_id', '=', now?.id ?? '')
    .select(['version', 'priority', 'parameters'])
    .orderBy('version')
    .execute();
  expect(versions[0]).toEqual({ version: 1, priority: 0, parameters: { a: 1 } });
  expect(versions).toHaveLength(version);
});

test('a runner that is not sent stays', async () => {
  const request = deployment({ ...namesake('runner'), flowRunner: { type: 'docker', config: { image: 'x' } } });
  await app.deployments.createDeployment(request);
  const { flowRunner: _, ...without } = request;
  const { deployment: now } = await app.deployments.createDeployment(without);
  expect(now).toMatchObject({ version: 1, flowRunner: { type: 'docker', config: { image: 'x' } } });
});

test('two identical creates at the same time make one deployment', async () => {
  const request = deployment({ ...namesake('race'), schedules: [every(DAY)] });
  const answers = await Promise.all(Array.from({ length: 6 }, () => app.deployments.createDeployment(request)));
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  expect(new Set(answers.map(({ deployment: made }) => made?.id)).size).toBe(1);
  const runs = (await readRuns(app.database)).filter((run) => run.deployment_id === answers[0]?.deployment?.id);
  expect(runs).toHaveLength(3);
});

test('an existing flow can be meant by its id', async () => {
  const { deployment: made } = await app.deployments.createDeployment(deployment(namesake('by id')));
  const flow = { case: 'flowId', value: made?.flowId ?? '' } as const;
  const other = await app.deployments.createDeployment(deployment({ flow, name: 'other' }));
  expect(other.deployment).toMatchObject({ flowId: made?.flowId, flowName: 'by id' });
  const unknown = { case: 'flowId', value: '01890000-0000-7000-8000-000000000000' } as const;
  await expect(app.deployments.createDeployment(deployment({ flow: unknown }))).rejects.toMatchObject({
    reason: 'FLOW_NOT_FOUND',
  });
});

test('a thousand deployments are applied in the order of the request', async () => {
  const deployments = Array.from({ length: 1000 }, (_, index) =>
    deployment({ ...namesake('many'), name: `d${(index * 7) % 1000}`, schedules: [every(DAY)] }),
  );
  const { results } = await app.deployments.applyDeployments({ deployments });
  expect(results.map(({ deployment: made }) => made?.name)).toEqual(deployments.map(({ name }) => name));
  const before = await rowVersions(app.database);
  const again = await app.deployments.applyDeployments({ deployments });
  expect(again.results.every(({ created }) => !created)).toBe(true);
  expect(await rowVersions(app.database)).toEqual(before);
});

test('applying is all or nothing, and names what is wrong by its place', async () => {
  const before = await rowVersions(app.database);
  const call = app.deployments.applyDeployments({
    deployments: [
      deployment(namesake('atomic')),
      deployment({ ...namesake('atomic'), name: 'b', schedules: [every(DAY, { timezone: 'Nowhere/Else' })] }),
      deployment({ ...namesake('atomic'), name: 'c', flowData: { encoding: 'package-manifest' } }),
    ],
  });
  await expect(call).rejects.toMatchObject({
    reason: 'INVALID_ARGUMENT',
    violations: [{ field: 'deployments[1].schedules[0].timezone' }, { field: 'deployments[2].flow_data.blob' }],
  });
  expect(await rowVersions(app.database)).toEqual(before);

  // What is found within the transaction rolls it back.
  const flowData = manifest({ flow_parameter_schema: { type: 'object', properties: { n: { type: 'number' } } } });
  const bad = deployment({ ...namesake('atomic'), name: 'b', flowData, parameters: { n: 'x' } });
  await expect(
    app.deployments.applyDeployments({ deployments: [deployment(namesake('atomic')), bad] }),
  ).rejects.toMatchObject({ violations: [{ field: 'deployments[1].parameters.n' }] });
  expect(await rowVersions(app.database)).toEqual(before);

  const twice = deployment(namesake('atomic'));
  await expect(app.deployments.applyDeployments({ deployments: [twice, twice] })).rejects.toMatchObject({
    violations: [{ field: 'deployments[1].name' }],
  });
});
