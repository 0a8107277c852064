import type { DeleteStorageRequest } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { findStorageUsers, lockStorage, deleteStorage as remove, withTransaction } from '@millrace/db';
import { failedPrecondition, notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { readStorageKey } from '../requests/read-storage-key.ts';

const mostNamed = 5;

export async function deleteStorage({ database, storages }: Context, { key, force }: DeleteStorageRequest) {
  const id = await withTransaction(database, async (tx) => {
    const storage = await lockStorage(tx, readStorageKey(key));
    if (!storage) throw notFound('storage', key.value ?? '');
    const users = force ? [] : await findStorageUsers(tx, storage.id, mostNamed + 1);
    if (users.length > 0) throw inUse(storage.name, users);
    await remove(tx, storage.id);
    return storage.id;
  });
  storages.forget(id);
  return {};
}

function inUse(name: string, users: readonly string[]) {
  const named = users.slice(0, mostNamed).map((user) => JSON.stringify(user));
  const more = users.length > mostNamed ? ' and more' : '';
  return failedPrecondition(
    'STORAGE_IN_USE',
    `versions of ${named.join(', ')}${more} have their packages in storage ${JSON.stringify(name)}; with force it is deleted, and runs of these can't start any more`,
  );
}
