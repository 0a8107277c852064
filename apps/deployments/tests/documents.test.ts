import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, deployment, manifest, partsOf, sha256, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

async function get(hash: string) {
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of app.storage.getDocument({ sha256: hash })) chunks.push(chunk);
  return chunks;
}

test.each([0, 1, 256 * 1024, 1024 * 1024 + 1, 5 * 1024 * 1024])('%d bytes come back as they went', async (size) => {
  const body = new Uint8Array(randomBytes(size));
  const hash = sha256(body);
  expect(await app.storage.putDocument(partsOf(body))).toMatchObject({ sha256: hash, created: true });
  expect(await app.storage.putDocument(partsOf(body))).toMatchObject({ sha256: hash, created: false });
  const chunks = await get(hash);
  expect(chunks.every((chunk) => chunk.byteLength <= 256 * 1024)).toBe(true);
  expect(chunks).toHaveLength(Math.max(1, Math.ceil(size / (256 * 1024))));
  expect(Buffer.concat(chunks).equals(body)).toBe(true);
});

test('bytes that do not match their header are refused, and nothing is kept', async () => {
  const body = new Uint8Array(randomBytes(1000));
  const refused: [object, string][] = [
    [{ sha256: sha256(new Uint8Array([1])) }, 'header.sha256'],
    [{ size: 999 }, 'chunk'],
    [{ size: 1001 }, 'header.size'],
  ];
  for (const [header, field] of refused)
    await expect(app.storage.putDocument(partsOf(body, header))).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      violations: [{ field }],
    });
  async function* emptyOnes() {
    yield { part: { case: 'header' as const, value: { sha256: sha256(body), size: body.byteLength } } };
    for (;;) yield { part: { case: 'chunk' as const, value: new Uint8Array() } };
  }
  await expect(app.storage.putDocument(emptyOnes())).rejects.toThrow('chunk');
  async function* chunkFirst() {
    yield { part: { case: 'chunk' as const, value: body } };
  }
  async function* nothing() {}
  for (const parts of [chunkFirst(), nothing()])
    await expect(app.storage.putDocument(parts)).rejects.toMatchObject({ violations: [{ field: 'header' }] });
  await expect(get(sha256(body))).rejects.toMatchObject({ reason: 'DOCUMENT_NOT_FOUND' });
});

test('a document over the limit is refused before its bytes come', async () => {
  const size = 64 * 1024 * 1024 + 1;
  await expect(app.storage.putDocument(partsOf(new Uint8Array([1]), { size }))).rejects.toMatchObject({
    reason: 'DOCUMENT_TOO_LARGE',
  });
});

test('a manifest names a document that was put, and the version refers to it', async () => {
  const body = new Uint8Array(randomBytes(100));
  const document = sha256(body);
  const request = deployment({ flowData: manifest({ type: 'database', serializer: 'source', document }) });
  await expect(app.deployments.createDeployment(request)).rejects.toMatchObject({
    violations: [{ field: 'flow_data.blob', description: expect.stringContaining(document) }],
  });
  await app.storage.putDocument(partsOf(body));
  const { deployment: made } = await app.deployments.createDeployment(request);
  await app.deployments.createDeployment({ ...request, priority: 1 });
  const refs = await app.database.kysely.selectFrom('document_ref').selectAll().orderBy('version').execute();
  expect(refs).toMatchObject([
    { deployment_id: made?.id, version: 1 },
    { deployment_id: made?.id, version: 2 },
  ]);
});
