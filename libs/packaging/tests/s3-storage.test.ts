import { createHash, randomUUID } from 'node:crypto';
import { expect, inject, test } from 'vitest';
import { openStorage, PackagingError, S3Storage, StorageError } from '../src/index.ts';

const { endpoint, bucket, accessKeyId, secretAccessKey } = inject('s3');
const credentials = { accessKeyId, secretAccessKey };

test('what was written is read, and what was damaged is replaced', async () => {
  using storage = new S3Storage({ bucket, endpoint, credentials });
  const bytes = new TextEncoder().encode(`package ${randomUUID()}`);
  const key = `a b/ü/${createHash('sha256').update(bytes).digest('hex')}`;
  expect(await storage.write(key, bytes)).toBe(true);
  expect(await storage.write(key, bytes)).toBe(false);
  expect(await storage.read(key)).toEqual(bytes);
  await storage.check();
  await storage.write(
    key,
    bytes.map((byte) => byte ^ 1),
  );
  expect(await storage.write(key, bytes)).toBe(false);
  expect(await storage.read(key)).toEqual(bytes);
});

test('a manifest says where it is, and nothing of who may go there', async () => {
  const { reference } = new S3Storage({ bucket, endpoint, region: 'eu-central-1', credentials });
  expect(reference).toEqual({ type: 's3', bucket, region: 'eu-central-1', endpoint });
  expect(openStorage(reference)).toMatchObject({ reference });
});

test.each<[string, Partial<ConstructorParameters<typeof S3Storage>[0]>, StorageError['kind'], string]>([
  ['a wrong secret', { credentials: { accessKeyId, secretAccessKey: 'wrong' } }, 'refused', 'SignatureDoesNotMatch'],
  ['a bucket that is not there', { bucket: 'elsewhere' }, 'refused', 'NoSuchBucket'],
  ['nobody at the address', { endpoint: 'http://127.0.0.1:1' }, 'unreachable', 'ECONNREFUSED'],
])('%s', async (_name, options, kind, why) => {
  using storage = new S3Storage({ bucket, endpoint, credentials, ...options });
  const failure = await storage.check().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StorageError);
  expect(failure).toMatchObject({ kind, message: expect.stringContaining(why) });
  await expect(storage.write('a', new Uint8Array([1]))).rejects.toThrow(StorageError);
});

test('what is not there is said to be missing', async () => {
  using storage = new S3Storage({ bucket, endpoint, credentials });
  await expect(storage.read('gone')).rejects.toMatchObject({ kind: 'missing', message: /s3:\/\/packages\/gone/ });
});

test.each([
  [{}, 'needs bucket'],
  [{ bucket: 'a', endpoint: 'minio:9000' }, 'must begin with http'],
  [{ bucket: 'a', endpoint: 'http://user:password@minio:9000' }, 'is an address alone'],
  [{ bucket: 'a', secret: 'b' }, "no option 'secret'"],
])('%j is refused', (options, why) => {
  expect(() => new S3Storage(options as { bucket: string })).toThrow(PackagingError);
  expect(() => new S3Storage(options as { bucket: string })).toThrow(why);
});
