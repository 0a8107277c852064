import { fileURLToPath } from 'node:url';
import { type DatabaseManifest, decodeManifest, type FileManifest, unpackDocument } from '@millrace/packaging';
import { expect, inject, test } from 'vitest';
import { MillraceClient } from '../src/client/index.ts';
import { FilePackager, loadDeployments, S3Storage } from '../src/index.ts';
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

async function createdWith(packager: FilePackager, server: Awaited<ReturnType<typeof playedDeployments>>) {
  const file = fileURLToPath(new URL('../../../examples/hello/hello.ts', import.meta.url));
  using client = new MillraceClient({ urls: server.url });
  const [first] = await loadDeployments(file);
  if (!first?.flow) throw new Error('the example has a flow');
  await client.createDeployments([{ ...first, spec: { ...first.spec, packager } }]);
  const [request] = server.applied.at(-1)?.deployments ?? [];
  return decodeManifest(request?.flowData?.blob ?? new Uint8Array()) as FileManifest;
}

test.each([
  ['a named storage', { storage: 'team' }, 'team', ''],
  ['folders in it', { storage: 'team', basePath: 'a/b' }, 'team', 'a/b/'],
  ["the server's default storage", {}, 'standard', ''],
])('a package goes into %s by way of the server', async (_name, options, storage, folder) => {
  await using server = await playedDeployments({ defaultStorage: 'standard' });
  const manifest = await createdWith(new FilePackager(options), server);
  expect(manifest).toMatchObject({ storage: { type: 'named', name: storage }, key: `${folder}${manifest.document}` });
  expect([...server.documents.keys()]).toEqual([`${storage}:${manifest.key}`]);
});

test('a package goes into a bucket without the server', async () => {
  await using server = await playedDeployments();
  const { endpoint, bucket, accessKeyId, secretAccessKey } = inject('s3');
  const storage = new S3Storage({ bucket, endpoint, credentials: { accessKeyId, secretAccessKey } });
  const manifest = await createdWith(new FilePackager({ storage, basePath: 'flows' }), server);
  expect(manifest).toMatchObject({ storage: { type: 's3', bucket, endpoint }, key: `flows/${manifest.document}` });
  expect(server.documents.size).toBe(0);
  expect((await storage.read(manifest.key)).byteLength).toBeGreaterThan(100);
});
