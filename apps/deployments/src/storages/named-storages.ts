import type { StoragePlace } from '@millrace/db';
import { LocalStorage, PackagingError, S3Storage, type Storage, StorageError } from '@millrace/packaging';
import { failedPrecondition, type MillraceError, notFound, unavailable } from '@millrace/rpc/errors';
import type { SecretBox } from '@millrace/service';

/** A storage as the database has it. */
export interface StorageRow {
  readonly id: string;
  readonly place: StoragePlace;
  readonly secret: Uint8Array | null;
}

/** The storages that have names, with the connections to them. */
export interface NamedStorages extends Disposable {
  /** FAILED_PRECONDITION where its secret can't be read. */
  open(row: StorageRow): Promise<Storage>;
  /** Closes one that is no more. */
  forget(id: string): void;
}

/** Keeps what is open until its place or its secret changes. */
export function openNamedStorages(secrets: SecretBox): NamedStorages {
  const opened = new Map<string, { readonly madeOf: string; readonly storage: Promise<Storage> }>();
  const open = async ({ id, place, secret }: StorageRow) =>
    storageAt(place, secret ? await secrets.decrypt(secret, id) : '');
  const forget = (id: string) => {
    const known = opened.get(id);
    opened.delete(id);
    void known?.storage.then(
      (storage) => storage[Symbol.dispose]?.(),
      () => {},
    );
  };
  return {
    open(row) {
      const madeOf = JSON.stringify([row.place, row.secret && Buffer.from(row.secret).toString('base64')]);
      const known = opened.get(row.id);
      if (known?.madeOf === madeOf) return known.storage;
      forget(row.id);
      const storage = open(row);
      opened.set(row.id, { madeOf, storage });
      // Whoever has the key anew must not meet the failure of before.
      storage.catch(() => opened.get(row.id)?.storage === storage && opened.delete(row.id));
      return storage;
    },
    forget,
    [Symbol.dispose]() {
      for (const id of [...opened.keys()]) forget(id);
    },
  };
}

/** @param secret that of the place's access key; empty where it has none */
export function storageAt(place: StoragePlace, secret: string): Storage {
  if (place.kind === 'local') return new LocalStorage(place);
  const { bucket, region, endpoint, accessKeyId } = place;
  return new S3Storage({
    bucket,
    ...(region && { region }),
    ...(endpoint && { endpoint }),
    ...(accessKeyId && { credentials: { accessKeyId, secretAccessKey: secret } }),
  });
}

/** What a storage did not do, as clients are told. Anything else that was thrown is given back. */
export function storageFailure(
  thrown: unknown,
  { name, key }: { name: string; key?: string },
): MillraceError | unknown {
  // As that a package has to be installed.
  if (thrown instanceof PackagingError && !(thrown instanceof StorageError))
    return failedPrecondition('STORAGE_REFUSES', `storage ${JSON.stringify(name)}: ${thrown.message}`);
  if (!(thrown instanceof StorageError)) return thrown;
  const message = `storage ${JSON.stringify(name)}: ${thrown.message}`;
  if (thrown.kind === 'unreachable') return unavailable('STORAGE_UNREACHABLE', message, 1_000);
  if (thrown.kind === 'missing' && key !== undefined) return notFound('document', `${name}:${key}`);
  return failedPrecondition('STORAGE_REFUSES', message);
}
