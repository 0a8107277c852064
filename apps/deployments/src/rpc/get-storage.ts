import type { GetStorageRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { findStorage, storageMessage } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { readStorageKey } from '../requests/read-storage-key.ts';

export async function getStorage({ database }: Context, { key }: GetStorageRequest) {
  const row = await findStorage(database, readStorageKey(key));
  if (!row) throw notFound('storage', key.value ?? 'that is the default');
  return { storage: storageMessage(row) };
}
