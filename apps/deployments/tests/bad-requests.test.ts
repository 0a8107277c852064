import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, DAY, type DeploymentInit, deployment, every, manifest, rowVersions, startApp } from './start-app.ts';

let app: App;
let empty: string[];
beforeAll(async () => {
  app = await startApp();
  empty = await rowVersions(app.database);
});
afterAll(() => app[Symbol.asyncDispose]());

const schema = {
  type: 'object',
  properties: { name: { type: 'string', pattern: '^[a-z]+$' }, list: { type: 'array', items: { type: 'integer' } } },
  required: ['name'],
  additionalProperties: false,
};
const typed = manifest({ flow_parameter_schema: schema });
const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });
const hash = 'a'.repeat(64);

const cases: [string, DeploymentInit, string[]][] = [
  ['no flow', { flow: { case: undefined } }, ['flow']],
  ['a bad flow name', { flow: { case: 'flowName', value: 'a/b' } }, ['flow_name']],
  ['no name', { name: '' }, ['name']],
  ['a bad name', { name: '100%' }, ['name']],
  ['no flow data', { flowData: undefined }, ['flow_data']],
  ['no encoding', { flowData: { encoding: '' } }, ['flow_data.encoding']],
  [
    'a manifest that is not JSON',
    { flowData: { encoding: 'package-manifest', blob: new Uint8Array([1]) } },
    ['flow_data.blob'],
  ],
  [
    'a manifest without type and flow',
    { flowData: manifest({ type: undefined, flow_name: '' }) },
    ['flow_data.blob', 'flow_data.blob'],
  ],
  [
    'a database manifest without document',
    { flowData: manifest({ type: 'database' }) },
    ['flow_data.blob', 'flow_data.blob'],
  ],
  [
    'an unknown document',
    { flowData: manifest({ type: 'database', serializer: 'source', document: hash }) },
    ['flow_data.blob'],
  ],
  [
    'a schema that is none',
    { flowData: manifest({ flow_parameter_schema: { type: 'strin' } }), parameters: { a: 1 } },
    ['flow_data.blob'],
  ],
  [
    'a remote $ref',
    { flowData: manifest({ flow_parameter_schema: { $ref: 'https://example.com/x' } }) },
    ['flow_data.blob'],
  ],
  [
    'a large schema',
    { flowData: manifest({ flow_parameter_schema: { $comment: 'x'.repeat(262_144) } }) },
    ['flow_data.blob'],
  ],
  ['a deep schema', { flowData: manifest({ flow_parameter_schema: nested(30) }) }, ['flow_data.blob']],
  ['a priority beyond', { priority: 10 }, ['priority']],
  ['an empty tag', { tags: ['a', ''] }, ['tags[1]']],
  ['a runner without type', { flowRunner: {} }, ['flow_runner.type']],
  ['parameters of half a megabyte', { parameters: { a: 'x'.repeat(512 * 1024) } }, ['parameters']],
  ['parameters nested deeply', { parameters: nested(30) as never }, ['parameters']],
  ['schedules without slug', { schedules: [every(DAY), every(DAY)] }, ['schedules[0].slug', 'schedules[1].slug']],
  ['a slug twice', { schedules: [every(DAY, { slug: 'a' }), every(DAY, { slug: 'a' })] }, ['schedules[1].slug']],
  ['an interval below a second', { schedules: [every(999)] }, ['schedules[0].interval.interval']],
  ['a schedule without spec', { schedules: [{}] }, ['schedules[0].spec']],
  ['an unknown zone', { schedules: [every(DAY, { timezone: 'Nowhere' })] }, ['schedules[0].timezone']],
  [
    'parameters that do not fit',
    { flowData: typed, parameters: { name: 'A', list: [1, 'x'], more: 1 } },
    ['parameters.more', 'parameters.name', 'parameters.list[1]'],
  ],
  ['a schedule that would run without', { flowData: typed, schedules: [every(DAY)] }, ['schedules[0].parameters.name']],
  [
    'schedule parameters that do not fit',
    { flowData: typed, parameters: { name: 'a' }, schedules: [every(DAY, { parameters: { list: 1 } })] },
    ['schedules[0].parameters.list'],
  ],
];

test.each(cases)('%s', async (_, change, fields) => {
  const call = app.deployments.createDeployment(deployment(change));
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error).toMatchObject({ reason: 'INVALID_ARGUMENT' });
  expect(error.violations.map(({ field }: { field: string }) => field).sort()).toEqual([...fields].sort());
  expect(await rowVersions(app.database)).toEqual(empty);
});

test.each([
  ['missing without a schedule', { flowData: typed }],
  ['missing while the schedule is off', { flowData: typed, schedules: [every(DAY, { active: false })] }],
  ['missing while all are off', { flowData: typed, schedules: [every(DAY)], isScheduleActive: false }],
  ['given by the schedule', { flowData: typed, schedules: [every(DAY, { parameters: { name: 'a' } })] }],
  ['not enforced', { flowData: typed, parameters: { name: 5 }, enforceParameterSchema: false }],
])('a required parameter may be %s', async (name, change) => {
  const { deployment: made } = await app.deployments.createDeployment(deployment({ name, ...change }));
  expect(made?.parameterSchema).toEqual(schema);
});

test('there is no deployment of that name', async () => {
  const key = { case: 'name', value: 'hello/nobody' } as const;
  const bad = { case: 'name', value: 'hello' } as const;
  for (const call of [app.deployments.getDeployment, app.deployments.deleteDeployment, app.deployments.createFlowRun]) {
    await expect(call({ key })).rejects.toMatchObject({ reason: 'DEPLOYMENT_NOT_FOUND' });
    await expect(call({ key: bad })).rejects.toMatchObject({ violations: [{ field: 'name' }] });
    await expect(call({ key: { case: 'id', value: '01890000-0000-7000-8000-000000000000' } })).rejects.toMatchObject({
      reason: 'DEPLOYMENT_NOT_FOUND',
    });
  }
});
