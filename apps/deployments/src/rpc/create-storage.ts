import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { newId } from '@millrace/clock';
import type { CreateStorageRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import {
  findStorage,
  insertStorage,
  lockStorage,
  replaceStorageSecret,
  type StoragePlace,
  storageMessage,
  type Transaction,
  withTransaction,
  writeDefaultStorage,
} from '@millrace/db';
import type { Storage } from '@millrace/packaging';
import { Code, invalidArgument, MillraceError, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { storageAt, storageFailure } from '../storages/named-storages.ts';

export async function createStorage(context: Context, request: CreateStorageRequest, call: CallContext) {
  const { database, clock } = context;
  const { name, secretAccessKey: secret } = request;
  const place = readPlace(request);
  await tryPlace(name, storageAt(place, secret), call.signal);
  const by = { now: clock.now(), actor: call.actor };
  const made = await withTransaction(database, async (tx) => {
    const { id, created } = await write(tx, { name, place, secret }, { context, by });
    if (request.isDefault) await writeDefaultStorage(tx, id, by);
    return { row: await findStorage(tx, { id }), created };
  });
  if (!made.row) throw notFound('storage', name);
  return { storage: storageMessage(made.row), created: made.created };
}

function readPlace({ place, secretAccessKey }: CreateStorageRequest): StoragePlace {
  const refuse = (field: string, description: string) => invalidArgument([{ field, description }]);
  if (place.case !== 's3') {
    if (secretAccessKey !== '') throw refuse('secret_access_key', 'is for s3');
    return { kind: 'local', basePath: resolve(place.value?.basePath ?? '/') };
  }
  const { bucket, region, endpoint, accessKeyId } = place.value;
  if (accessKeyId !== '' && secretAccessKey === '')
    throw refuse('secret_access_key', 'must come with s3.access_key_id');
  if (accessKeyId === '' && secretAccessKey !== '')
    throw refuse('s3.access_key_id', 'must come with secret_access_key');
  if (endpoint !== '' && !isAddress(endpoint))
    throw refuse(
      's3.endpoint',
      'must be an address such as https://minio.example:9000, without a user, a query or a fragment',
    );
  return { kind: 's3', bucket, region, endpoint, accessKeyId };
}

// It is shown to everybody.
function isAddress(endpoint: string): boolean {
  return URL.canParse(endpoint) && !/[@?#]/.test(endpoint);
}

/** Before anything is kept: whoever makes a storage is told at once that it does not work. */
async function tryPlace(name: string, storage: Storage, signal: AbortSignal): Promise<void> {
  try {
    await storage.check(signal);
  } catch (error) {
    throw storageFailure(error, { name });
  } finally {
    storage[Symbol.dispose]?.();
  }
}

interface Wanted {
  readonly name: string;
  readonly place: StoragePlace;
  readonly secret: string;
}

interface Writing {
  readonly context: Context;
  readonly by: { readonly now: number; readonly actor: string };
}

async function write(tx: Transaction, { name, place, secret }: Wanted, { context, by }: Writing) {
  const { clock, secrets } = context;
  const encrypt = async (id: string) => (secret === '' ? null : secrets.encrypt(secret, id));
  const newRow = newId(clock);
  const inserted = await insertStorage(tx, { id: newRow, name, place, secret: await encrypt(newRow) }, by);
  if (inserted) return { id: inserted.id, created: true };
  const known = await lockStorage(tx, { name });
  if (!known || !isDeepStrictEqual(whereOf(known.place), whereOf(place))) throw elsewhere(name, known?.place);
  // What can't be read any more is what this call may be there to replace.
  const before = known.secret && (await secrets.decrypt(known.secret, known.id).catch(() => undefined));
  const isSame = isDeepStrictEqual(known.place, place) && (before ?? '') === secret;
  if (!isSame) await replaceStorageSecret(tx, { id: known.id, place, secret: await encrypt(known.id) }, by);
  return { id: known.id, created: false };
}

/** A place without who asks there. */
function whereOf(place: StoragePlace): StoragePlace {
  return place.kind === 's3' ? { ...place, accessKeyId: '' } : place;
}

function elsewhere(name: string, place: StoragePlace | undefined): MillraceError {
  const where = place?.kind === 's3' ? `the bucket ${place.bucket} of ${place.endpoint || 'S3'}` : place?.basePath;
  return new MillraceError({
    code: Code.AlreadyExists,
    reason: 'STORAGE_ALREADY_EXISTS',
    message: `there is already a storage ${JSON.stringify(name)}, which is ${where}`,
  });
}
