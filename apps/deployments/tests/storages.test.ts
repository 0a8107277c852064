import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessageInitShape, toJsonString } from '@bufbuild/protobuf';
import {
  type CreateStorageRequest,
  type CreateStorageRequestSchema,
  GetStorageResponseSchema,
} from '@millrace/contracts/millrace/v1/storage_service_pb';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type App, deployment, manifest, partsOf, sha256, startApp } from './start-app.ts';

const { endpoint, bucket, accessKeyId, secretAccessKey } = inject('s3');
let app: App;
let folder: string;
beforeAll(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), 'millrace-storages-'));
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

type StorageInit = Exclude<MessageInitShape<typeof CreateStorageRequestSchema>, CreateStorageRequest>;

function s3(name: string, overrides: object = {}, secret = secretAccessKey): StorageInit {
  return {
    name,
    place: { case: 's3', value: { bucket, endpoint, accessKeyId, ...overrides } },
    secretAccessKey: secret,
  };
}

function local(name: string, path = name): StorageInit {
  return { name, place: { case: 'local', value: { basePath: join(folder, path) } } };
}

async function get(place: { sha256: string; storage?: string; key?: string }) {
  const chunks: Uint8Array[] = [];
  for await (const { chunk } of app.storage.getDocument(place)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a storage is made, found, listed, and forgotten', async () => {
  const { storage, created } = await app.storage.createStorage(s3('Team s3'));
  expect(created).toBe(true);
  expect(storage).toMatchObject({
    name: 'Team s3',
    isDefault: false,
    place: { case: 's3', value: { bucket, endpoint, region: '', accessKeyId } },
  });
  const id = storage?.id ?? '';
  for (const key of [
    { case: 'id', value: id.toUpperCase() },
    { case: 'name', value: 'Team s3' },
  ] as const)
    expect((await app.storage.getStorage({ key })).storage).toEqual(storage);
  await app.storage.createStorage(local('b folder'));
  await app.storage.createStorage(local('a folder'));
  const names: string[] = [];
  let pageToken = '';
  do {
    const page = await app.storage.listStorages({ pageSize: 2, pageToken, includeTotal: true });
    expect(page.totalCount).toBe(3);
    names.push(...page.storages.map(({ name }) => name));
    pageToken = page.nextPageToken;
  } while (pageToken);
  expect(names).toEqual(['a folder', 'b folder', 'Team s3'].sort());
  expect((await app.storage.listStorages({ filter: { nameLike: 'S3' } })).storages).toMatchObject([{ id }]);
  for (const name of names) await app.storage.deleteStorage({ key: { case: 'name', value: name } });
  expect((await app.storage.listStorages({})).storages).toEqual([]);
  const key = { case: 'name', value: 'Team s3' } as const;
  for (const call of [app.storage.getStorage, app.storage.deleteStorage])
    await expect(call({ key })).rejects.toMatchObject({ reason: 'STORAGE_NOT_FOUND' });
});

test('secrets are kept encrypted, in no reply, and can be replaced', async () => {
  await app.storage.createStorage(s3('secretive'));
  const row = async () => {
    const { database } = app;
    return database.kysely.selectFrom('storage').selectAll().where('name', '=', 'secretive').executeTakeFirstOrThrow();
  };
  const before = await row();
  expect(before.secret?.byteLength).toBeGreaterThan(30);
  expect(JSON.stringify(before.place)).not.toContain('secret');
  expect(before.secret?.includes(secretAccessKey)).toBe(false);
  const reply = await app.storage.getStorage({ key: { case: 'name', value: 'secretive' } });
  // The test server's key and its secret are the same text, so the whole reply says it once: as the key's id.
  expect(toJsonString(GetStorageResponseSchema, reply).split(secretAccessKey)).toHaveLength(2);

  await app.clock.advance(1000);
  expect(await app.storage.createStorage(s3('secretive'))).toMatchObject({ created: false });
  expect(await row()).toEqual(before);
  // A secret that does not work any more, as if it had been changed at the bucket.
  const broken = Buffer.from(before.secret ?? []);
  broken[35] = (broken[35] ?? 0) ^ 1;
  await app.database.kysely
    .updateTable('storage')
    .set({ secret: broken, updated: '2026-01-02T00:00:00Z' })
    .where('id', '=', before.id)
    .execute();
  const body = new Uint8Array(randomBytes(10));
  await expect(app.storage.putDocument(partsOf(body, { storage: 'secretive' }))).rejects.toMatchObject({
    reason: 'SECRET_DAMAGED',
  });
  const replaced = await app.storage.createStorage(s3('secretive'));
  expect(replaced).toMatchObject({ created: false, storage: { id: before.id } });
  await app.storage.putDocument(partsOf(body, { storage: 'secretive' }));

  await expect(app.storage.createStorage(local('secretive'))).rejects.toMatchObject({
    reason: 'STORAGE_ALREADY_EXISTS',
    message: expect.stringContaining(bucket),
  });
  await app.storage.deleteStorage({ key: { case: 'name', value: 'secretive' } });
});

test.each<[string, () => StorageInit, object]>([
  ['a wrong secret', () => s3('bad', {}, 'wrong'), { reason: 'STORAGE_REFUSES' }],
  ['no such bucket', () => s3('bad', { bucket: 'elsewhere' }), { reason: 'STORAGE_REFUSES' }],
  ['nobody there', () => s3('bad', { endpoint: 'http://127.0.0.1:1' }), { reason: 'STORAGE_UNREACHABLE' }],
  [
    'a user in the address',
    () => s3('bad', { endpoint: 'http://u:p@127.0.0.1' }),
    { violations: [{ field: 's3.endpoint' }] },
  ],
  ['a key without its secret', () => s3('bad', {}, ''), { violations: [{ field: 'secret_access_key' }] }],
  ['a secret without its key', () => s3('bad', { accessKeyId: '' }), { violations: [{ field: 's3.access_key_id' }] }],
  [
    'a secret for a folder',
    () => ({ ...local('bad'), secretAccessKey: 'a' }),
    { violations: [{ field: 'secret_access_key' }] },
  ],
  ['a file in the place of the folder', () => local('bad', 'file/below'), { reason: 'STORAGE_REFUSES' }],
  [
    'a relative path',
    () => ({ name: 'bad', place: { case: 'local', value: { basePath: 'a' } } }),
    { violations: [{ field: 'local.base_path' }] },
  ],
  ['no place', () => ({ name: 'bad' }), { reason: 'INVALID_ARGUMENT' }],
  ['a name with a slash', () => local('a/b', 'c'), { violations: [{ field: 'name' }] }],
])('%s is refused, and nothing is kept', async (_name, request, error) => {
  await writeFile(join(folder, 'file'), '');
  await expect(app.storage.createStorage(request())).rejects.toMatchObject(error);
  expect((await app.storage.listStorages({})).storages).toEqual([]);
});

test('one storage at most is the default', async () => {
  const defaults = async () => {
    const { storages } = await app.storage.listStorages({});
    return storages.filter(({ isDefault }) => isDefault).map(({ name }) => name);
  };
  await expect(app.storage.getStorage({})).rejects.toMatchObject({ reason: 'STORAGE_NOT_FOUND' });
  await app.storage.createStorage({ ...local('one'), isDefault: true });
  await app.storage.createStorage({ ...local('two'), isDefault: true });
  expect(await defaults()).toEqual(['two']);
  await Promise.all(
    ['one', 'two', 'one', 'two'].map((value) => app.storage.setDefaultStorage({ key: { case: 'name', value } })),
  );
  expect(await defaults()).toHaveLength(1);
  expect(await app.storage.setDefaultStorage({ key: { case: 'name', value: 'one' } })).toMatchObject({
    storage: { name: 'one', isDefault: true },
  });
  expect((await app.storage.getStorage({})).storage?.name).toBe('one');
  expect(await app.storage.setDefaultStorage({})).toEqual(expect.not.objectContaining({ storage: expect.anything() }));
  expect(await defaults()).toEqual([]);
  await expect(app.storage.setDefaultStorage({ key: { case: 'name', value: 'three' } })).rejects.toMatchObject({
    reason: 'STORAGE_NOT_FOUND',
  });
  for (const value of ['one', 'two']) await app.storage.deleteStorage({ key: { case: 'name', value } });
});

test.each<[string, () => StorageInit]>([
  ['a bucket', () => s3('docs')],
  ['a folder', () => local('docs')],
])('documents go into %s and come back as they went', async (_name, request) => {
  await app.storage.createStorage(request());
  for (const size of [0, 300_000]) {
    const body = new Uint8Array(randomBytes(size));
    const hash = sha256(body);
    for (const key of ['', `team/${hash}`]) {
      const header = { storage: 'docs', key };
      expect(await app.storage.putDocument(partsOf(body, header))).toMatchObject({ sha256: hash });
      expect(await app.storage.putDocument(partsOf(body, header))).toMatchObject({ created: false });
      expect((await get({ sha256: hash, ...header })).equals(body)).toBe(true);
    }
    if (size > 0) await expect(get({ sha256: hash })).rejects.toMatchObject({ reason: 'DOCUMENT_NOT_FOUND' });
  }
  await expect(get({ sha256: sha256(new Uint8Array([1, 2, 3])), storage: 'docs' })).rejects.toMatchObject({
    reason: 'DOCUMENT_NOT_FOUND',
  });
  await app.storage.deleteStorage({ key: { case: 'name', value: 'docs' } });
});

test('only what a hash names can be read or written', async () => {
  await app.storage.createStorage(local('guarded'));
  const body = new Uint8Array(randomBytes(10));
  const hash = sha256(body);
  const bad = [
    'passwords',
    `../${hash}`,
    `/${hash}`,
    `a//${hash}`,
    `${hash}/x`,
    `a\\${hash}`,
    `${sha256(Buffer.from('b'))}`,
  ];
  for (const key of bad) {
    await expect(app.storage.putDocument(partsOf(body, { storage: 'guarded', key }))).rejects.toMatchObject({
      violations: [{ field: 'header.key' }],
    });
    await expect(get({ sha256: hash, storage: 'guarded', key })).rejects.toMatchObject({
      violations: [{ field: 'key' }],
    });
  }
  await expect(app.storage.putDocument(partsOf(body, { key: hash }))).rejects.toMatchObject({
    violations: [{ field: 'header.key' }],
  });
  for (const call of [
    () => app.storage.putDocument(partsOf(body, { storage: 'gone' })),
    () => get({ sha256: hash, storage: 'gone' }),
  ])
    await expect(call()).rejects.toMatchObject({ reason: 'STORAGE_NOT_FOUND' });
  await app.storage.putDocument(partsOf(body, { storage: 'guarded' }));
  expect(await readdir(join(folder, 'guarded'))).toEqual([hash]);
  const path = join(folder, 'guarded', hash);
  // As long as the other.
  await writeFile(path, 'otherwise!');
  await expect(get({ sha256: hash, storage: 'guarded' })).rejects.toMatchObject({ reason: 'DOCUMENT_CHANGED' });
  await app.storage.putDocument(partsOf(body, { storage: 'guarded' }));
  expect((await readFile(path)).equals(body)).toBe(true);
  await app.storage.deleteStorage({ key: { case: 'name', value: 'guarded' } });
});

test('a storage that versions need is deleted by force alone, and they can not be brought back then', async () => {
  await app.storage.createStorage(local('needed'));
  const key = sha256(Buffer.from('x'));
  const content = {
    type: 'file',
    serializer: 'source',
    document: key,
    key,
    storage: { type: 'named', name: 'needed' },
  };
  const request = deployment({ flowData: manifest(content) });
  const name = { case: 'name', value: 'hello/daily' } as const;
  await app.deployments.createDeployment(request);
  await app.deployments.createDeployment(deployment());
  const { deployment: back } = await app.deployments.rollbackDeployment({ key: name, version: 1 });
  expect(back?.version).toBe(3);
  await app.deployments.createDeployment(deployment());
  const remove = { key: { case: 'name', value: 'needed' } } as const;
  await expect(app.storage.deleteStorage(remove)).rejects.toMatchObject({
    reason: 'STORAGE_IN_USE',
    message: expect.stringContaining('"hello/daily"'),
  });
  await app.storage.deleteStorage({ ...remove, force: true });
  await expect(app.deployments.rollbackDeployment({ key: name, version: 1 })).rejects.toMatchObject({
    reason: 'STORAGE_GONE',
  });
  for (const dryRun of [false, true])
    await expect(app.deployments.applyDeployments({ deployments: [request], dryRun })).rejects.toMatchObject({
      violations: [
        { field: expect.stringContaining('flow_data.blob'), description: expect.stringContaining('"needed"') },
      ],
    });
  await app.deployments.deleteDeployment({ key: name });
});

test('a document that a packager of somebody’s own names is kept for its versions', async () => {
  const body = new Uint8Array(randomBytes(50));
  await app.storage.putDocument(partsOf(body));
  const own = (document: string) =>
    deployment({ name: 'own', flowData: manifest({ type: './mine.ts#Mine', document }) });
  await app.deployments.createDeployment(own(sha256(body)));
  await app.deployments.createDeployment(own(sha256(Buffer.from('never put'))));
  await app.deployments.rollbackDeployment({ key: { case: 'name', value: 'hello/own' }, version: 1 });
  const refs = await app.database.kysely.selectFrom('document_ref').selectAll().orderBy('version').execute();
  expect(refs.map(({ version }) => version)).toEqual([1, 3]);
});
