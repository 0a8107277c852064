import { create, toJson } from '@bufbuild/protobuf';
import { CreateDeploymentRequestSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { decodeManifest } from '@millrace/packaging';
import { expect, test } from 'vitest';
import { toCreateRequest } from '../src/create-request.ts';
import { loadDeployments } from '../src/index.ts';
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
  const [daily, plain] = await Promise.all((await loadDeployments(files.in('hello.ts'))).map(toCreateRequest));
  if (!daily || !plain) throw new Error('two deployments were declared');

  const manifest = decodeManifest(daily.request.flowData?.blob ?? new Uint8Array());
  expect(manifest).toMatchObject({ flow_name: 'hello', serializer: 'source', document: daily.document.sha256 });
  expect(manifest.flow_parameter_schema).toMatchObject({ properties: { name: { type: 'string', title: 'name' } } });
  const packaged = JSON.parse(new TextDecoder().decode(daily.document.bytes)) as { files: object };
  expect(Object.keys(packaged.files)).toEqual(['greeting.ts', 'hello.ts', 'package.json']);
  expect(plain.document.sha256).toBe(daily.document.sha256);

  const json = (request: typeof daily.request) =>
    toJson(CreateDeploymentRequestSchema, create(CreateDeploymentRequestSchema, { ...request, flowData: undefined }));
  expect(json(daily.request)).toEqual({
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
  expect(json(plain.request)).toEqual({
    flowName: 'hello',
    name: 'plain',
    parameters: {},
    retryPolicy: { maxRetries: 2, delays: ['1s', '1.500s'] },
  });
});
