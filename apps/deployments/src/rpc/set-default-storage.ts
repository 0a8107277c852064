import type { SetDefaultStorageRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { findStorage, lockStorage, storageMessage, withTransaction, writeDefaultStorage } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { readStorageKey } from '../requests/read-storage-key.ts';

export async function setDefaultStorage(
  { database, clock }: Context,
  { key }: SetDefaultStorageRequest,
  call: CallContext,
) {
  const by = { now: clock.now(), actor: call.actor };
  const wanted = readStorageKey(key);
  const row = await withTransaction(database, async (tx) => {
    const storage = wanted && (await lockStorage(tx, wanted));
    if (wanted && !storage) throw notFound('storage', key.value ?? '');
    await writeDefaultStorage(tx, storage?.id, by);
    return storage && findStorage(tx, { id: storage.id });
  });
  return row ? { storage: storageMessage(row) } : {};
}
