import type { StoragePlace } from '@millrace/db';
import { LocalStorage, S3Storage, type Storage, StorageError } from '@millrace/packaging';
import { failedPrecondition, type MillraceError, notFound, unavailable } from '@millrace/rpc/errors';
import type { SecretBox } from '@millrace/service';

/** A storage as the database has it. */
export interface StorageRow {
  readonly id: string;
  readonly name: string;
  readonly updated: number;
  readonly place: StoragePlace;
  readonly secret: Uint8Array | null;
}

/** The storages that have names, with the connections to them. */
export interface NamedStorages extends Disposable {
  /** FAILED_PRECONDITION where its secret can't be read. */
  open(row: StorageRow): Promise<Storage>;
}

/** Keeps what is open until its row changes. */
export function openNamedStorages(secrets: SecretBox): NamedStorages {
  const opened = new Map<string, { readonly updated: number; readonly storage: Storage }>();
  return {
    async open(row) {
      const known = opened.get(row.id);
      if (known?.updated === row.updated) return known.storage;
      const secret = row.secret ? await secrets.decrypt(row.secret, row.id) : '';
      const storage = storageAt(row.place, secret);
      if (known) close(known.storage);
      opened.set(row.id, { updated: row.updated, storage });
      return storage;
    },
    [Symbol.dispose]() {
      for (const { storage } of opened.values()) close(storage);
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

/** Ends a storage's connections, where it has some. */
export function close(storage: Storage): void {
  if (storage instanceof S3Storage) storage[Symbol.dispose]();
}

/** What a storage did not do, as clients are told. Anything else that was thrown is given back. */
export function storageFailure(
  thrown: unknown,
  { name, key }: { name: string; key?: string },
): MillraceError | unknown {
  if (!(thrown instanceof StorageError)) return thrown;
  const message = `storage ${JSON.stringify(name)}: ${thrown.message}`;
  if (thrown.kind === 'unreachable') return unavailable('STORAGE_UNREACHABLE', message, 1_000);
  if (thrown.kind === 'missing' && key !== undefined) return notFound('document', `${name}:${key}`);
  return failedPrecondition('STORAGE_REFUSES', message);
}
