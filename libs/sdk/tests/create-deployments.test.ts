import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@millrace/clock';
import { type ApplyDeploymentsRequest, DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { type DatabaseManifest, decodeManifest, unpackDocument } from '@millrace/packaging';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { MillraceClient } from '../src/client/index.ts';
import { loadDeployments } from '../src/index.ts';
import { temporaryFiles } from './temporary-files.ts';

async function deploymentsServer() {
  const documents = new Map<string, Uint8Array>();
  const applied: ApplyDeploymentsRequest[] = [];
  const actors: string[] = [];
  const deployments = playedService(DeploymentService, {
    async applyDeployments(request, { actor }) {
      applied.push(request);
      actors.push(actor);
      return { results: request.deployments.map(({ name }) => ({ deployment: { name }, created: true })) };
    },
  });
  const storage = playedService(StorageService, {
    async *getDocument() {},
    async putDocument(parts) {
      const chunks: Uint8Array[] = [];
      let announced = { sha256: '', size: 0 };
      for await (const { part } of parts) {
        if (part.case === 'header') announced = part.value;
        if (part.case === 'chunk') chunks.push(part.value);
      }
      const bytes = Buffer.concat(chunks);
      expect({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }).toMatchObject({
        sha256: announced.sha256,
        size: announced.size,
      });
      documents.set(announced.sha256, bytes);
      return { sha256: announced.sha256, created: true };
    },
  });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'deployments',
    services: [deployments, storage],
    clock: systemClock,
    log: silentLogger(),
  });
  return { url: server.url, documents, applied, actors, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('the example is created: one document, then all deployments in one call', async () => {
  await using server = await deploymentsServer();
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
  await using server = await deploymentsServer();
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
