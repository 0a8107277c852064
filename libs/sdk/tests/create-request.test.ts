import { createHash } from 'node:crypto';
import { create, toJson } from '@bufbuild/protobuf';
import { CreateDeploymentRequestSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { decodeManifest } from '@millrace/packaging';
import { expect, test } from 'vitest';
import { type CreateRequest, toCreateRequests } from '../src/create-request.ts';
import { cron, every, loadDeployments, rrule, type ScheduleOptions, type ScheduleSpec } from '../src/index.ts';
import { scheduleMessage } from '../src/schedules/schedule-message.ts';
import { temporaryFiles } from './temporary-files.ts';

const sdk = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);
// The serializer refuses addresses of this machine, so the package is reached through a package of that name.
const bridge = {
  'node_modules/millrace/package.json': '{"type":"module","exports":"./index.js"}',
  'node_modules/millrace/index.js': `export * from ${sdk};`,
};

test('everything that a file declares arrives in the request', async () => {
  await using files = await temporaryFiles({
    ...bridge,
    'hello.ts': `import { deployment, every, flow, SubprocessFlowRunner } from 'millrace';
import { greeting } from './greeting.ts';
const parameters = { '~standard': { version: 1, vendor: 'x', validate: (value: object) => ({ value }),
  jsonSchema: { input: () => ({ type: 'object', properties: { name: { type: 'string' } } }) } } } as const;
export const hello = flow({ name: 'hello', parameters, retries: 2, retryDelay: ['1s', 1500] }, () => greeting);
export const daily = deployment({ flow: hello, name: 'daily', parameters: { name: 'Arthur' } as object, tags: ['a'],
  schedules: [every('1d', { slug: 'd', timezone: 'Europe/Rome', anchor: '2026-01-01T00:00:00Z' }), every('90s', { slug: 's' })],
  flowRunner: new SubprocessFlowRunner({ env: { A: 'b' } }), description: 'text', priority: 3 });
export const plain = deployment({ flow: hello, name: 'plain' });`,
    'greeting.ts': `export const greeting = 'hi';`,
  });
  const documents: Uint8Array[] = [];
  const [daily, plain] = await toCreateRequests(await loadDeployments(files.in('hello.ts')), {
    isDryRun: false,
    async putDocument(bytes) {
      documents.push(bytes);
      return createHash('sha256').update(bytes).digest('hex');
    },
    defaultStorage: () => Promise.reject(new Error('no file is packaged')),
  });
  if (!daily || !plain) throw new Error('two deployments were declared');

  const manifest = decodeManifest(daily.flowData?.blob ?? new Uint8Array());
  expect(manifest).toMatchObject({ flow_name: 'hello', serializer: 'source' });
  expect(manifest.flow_parameter_schema).toMatchObject({ properties: { name: { type: 'string', title: 'name' } } });
  const packaged = JSON.parse(new TextDecoder().decode(documents[0])) as { files: object };
  expect(Object.keys(packaged.files)).toEqual(['greeting.ts', 'hello.ts', 'package.json']);
  // One package for both.
  expect(documents).toHaveLength(1);
  expect(plain.flowData).toEqual(daily.flowData);

  const json = (request: CreateRequest) =>
    toJson(CreateDeploymentRequestSchema, create(CreateDeploymentRequestSchema, { ...request, flowData: undefined }));
  expect(json(daily)).toEqual({
    flowName: 'hello',
    name: 'daily',
    schedules: [
      { slug: 'd', interval: { interval: '86400s', anchor: '2026-01-01T00:00:00Z' }, timezone: 'Europe/Rome' },
      { slug: 's', interval: { interval: '90s' } },
    ],
    parameters: { name: 'Arthur' },
    tags: ['a'],
    flowRunner: { type: 'subprocess', config: { env: { A: 'b' } } },
    description: 'text',
    priority: 3,
    retryPolicy: { maxRetries: 2, delays: ['1s', '1.500s'] },
  });
  expect(json(plain)).toEqual({
    flowName: 'hello',
    name: 'plain',
    parameters: {},
    retryPolicy: { maxRetries: 2, delays: ['1s', '1.500s'] },
  });
});

const everything: ScheduleOptions = {
  slug: 's',
  timezone: 'Europe/Paris',
  active: true,
  parameters: { a: 1 },
  dstGap: 'next-valid',
  dstFold: 'both',
  jitter: 1500,
  overlap: 'skip',
  catchUp: 'none',
  expireAfter: '1h',
};

test.each<[string, ScheduleSpec, object]>([
  ['an interval', every('1h'), { interval: { interval: '3600s' } }],
  [
    'an anchor',
    every('1h', { anchor: new Date(0) }),
    { interval: { interval: '3600s', anchor: '1970-01-01T00:00:00Z' } },
  ],
  [
    'an anchor of the clocks in the timezone',
    every('1d', { anchor: '2026-07-01T09:00', timezone: 'Europe/Rome' }),
    { interval: { interval: '86400s', anchor: '2026-07-01T07:00:00Z' }, timezone: 'Europe/Rome' },
  ],
  [
    'an anchor of the clocks in UTC',
    every('1d', { anchor: '2026-07-01' }),
    { interval: { interval: '86400s', anchor: '2026-07-01T00:00:00Z' } },
  ],
  ['an expression', cron('0 9 * * mon'), { cron: { cron: '0 9 * * mon' } }],
  ['a name for both days', cron('@daily', { dayOr: false }), { cron: { cron: '@daily', dayOr: false } }],
  ['a rule', rrule('FREQ=DAILY'), { rrule: { rrule: 'FREQ=DAILY' } }],
  [
    'every option',
    cron('0 9 * * mon', everything),
    {
      slug: 's',
      timezone: 'Europe/Paris',
      active: true,
      parameters: { a: 1 },
      dstGap: 'DST_GAP_NEXT_VALID',
      dstFold: 'DST_FOLD_BOTH',
      jitter: '1.500s',
      overlap: 'OVERLAP_SKIP',
      catchUp: 'CATCH_UP_NONE',
      expireAfter: '3600s',
      cron: { cron: '0 9 * * mon' },
    },
  ],
])('%s as a message', async (_, schedule, expected) => {
  expect(toJson(ScheduleSchema, create(ScheduleSchema, await scheduleMessage(schedule)))).toEqual(expected);
});
