import { fileURLToPath } from 'node:url';
import { type DatabaseManifest, decodeManifest, unpackDocument } from '@millrace/packaging';
import { expect, test } from 'vitest';
import { MillraceClient } from '../src/client/index.ts';
import { FilePackager, loadDeployments } from '../src/index.ts';
import { playedDeployments } from './played-deployments.ts';
import { temporaryFiles } from './temporary-files.ts';

test('the example is created: one document, then all deployments in one call', async () => {
  await using server = await playedDeployments();
  await using cache = await temporaryFiles();
  const file = fileURLToPath(new URL('../../../examples/hello/hello.ts', import.meta.url));
  using client = new MillraceClient({ urls: server.url, actor: 'tester' });
  const created = await client.createDeployments(await loadDeployments(file));
  expect(created.map(({ deployment }) => deployment?.name)).toEqual(['Hello World', 'Hello World-often']);
  expect(server.actors).toEqual(['tester']);
  expect(server.documents.size).toBe(1);

  const [request] = server.applied[0]?.deployments ?? [];
  const manifest = decodeManifest(request?.flowData?.blob ?? new Uint8Array()) as DatabaseManifest;
  const document = server.documents.get(manifest.document) ?? new Uint8Array();
  const unpacked = await unpackDocument(manifest, document, cache.path);
  expect(unpacked).toMatchObject({ entry: 'hello.ts', flowName: 'hello-world' });
});

test('a package of several chunks arrives whole', async () => {
  await using server = await playedDeployments();
  const sdk = JSON.stringify(new URL('../src/index.ts', import.meta.url).href);
  await using files = await temporaryFiles({
    'node_modules/millrace/package.json': '{"type":"module","exports":"./index.js"}',
    'node_modules/millrace/index.js': `export * from ${sdk};`,
    'big.ts': `import { deployment, flow } from 'millrace';\nimport { text } from './text.ts';\nconst f = flow('f', () => text.length);\ndeployment({ flow: f });`,
    'text.ts': `export const text = ${JSON.stringify('ä'.repeat(400_000))};`,
  });
  using client = new MillraceClient({ urls: server.url });
  await client.createDeployments(await loadDeployments(files.in('big.ts')));
  expect([...server.documents.values()].map((bytes) => bytes.length > 800_000)).toEqual([true]);
});

test('a named storage, which servers do not have yet, is refused before anything is sent', async () => {
  await using server = await playedDeployments();
  const file = fileURLToPath(new URL('../../../examples/hello/hello.ts', import.meta.url));
  using client = new MillraceClient({ urls: server.url });
  const [first] = await loadDeployments(file);
  if (!first?.flow) throw new Error('the example has a flow');
  const packager = new FilePackager({ storage: 'team' });
  const loaded = [{ ...first, spec: { ...first.spec, packager } }];
  await expect(client.createDeployments(loaded)).rejects.toThrow("there is no storage 'team'");
  expect(server.applied).toEqual([]);
});
