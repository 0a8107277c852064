import { findStorage } from '@millrace/db';
import { storageKeyProblem } from '@millrace/packaging';
import { invalidArgument, notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { storageFailure } from './named-storages.ts';

/** Where a document is, besides the database. */
export interface DocumentPlace {
  readonly sha256: string;
  readonly storage: string;
  readonly key: string;
}

/**
 * Checks where a document is to be. A key ends with the document's hash: whatever else lies in the storage can neither be
 * read nor written over.
 *
 * @param prefix of the fields, for errors
 * @returns the key
 */
export function checkPlace({ sha256, storage, key }: DocumentPlace, prefix = ''): string {
  const refuse = (field: string, description: string) => invalidArgument([{ field: `${prefix}${field}`, description }]);
  if (storage === '' && key !== '') throw refuse('key', 'is for documents in a storage');
  if (key === '') return sha256;
  const problem = storageKeyProblem(key);
  if (problem) throw refuse('key', problem);
  if (key.split('/').at(-1) !== sha256) throw refuse('key', `must end with the document's hash, ${sha256}`);
  return key;
}

/** Stores a document in a named storage; gives whether it was new. */
export async function writeToStorage(
  context: Context,
  place: DocumentPlace,
  { body, signal }: { readonly body: Uint8Array; readonly signal: AbortSignal },
): Promise<boolean> {
  const storage = await open(context, place.storage);
  return storage.write(place.key, body, signal).catch((error: unknown) => {
    throw storageFailure(error, { name: place.storage });
  });
}

/** The bytes under a key of a named storage, whatever they are. */
export async function readFromStorage(
  context: Context,
  place: DocumentPlace,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const storage = await open(context, place.storage);
  return storage.read(place.key, signal).catch((error: unknown) => {
    throw storageFailure(error, { name: place.storage, key: place.key });
  });
}

async function open({ database, storages }: Context, name: string) {
  const row = await findStorage(database, { name });
  if (!row) throw notFound('storage', name);
  return storages.open(row);
}
