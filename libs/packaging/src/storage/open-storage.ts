import { PackagingError } from '../packaging-error.ts';
import { LocalStorage } from './local-storage.ts';
import type { Storage, StorageReference } from './storage.ts';

/** The storage that a manifest names. Throws a {@link PackagingError} for one that only the server can open. */
export async function openStorage(reference: StorageReference): Promise<Storage> {
  switch (reference.type) {
    case 'local':
      return new LocalStorage({ basePath: reference.base_path });
    default:
      throw new PackagingError(`storage of the type "${reference.type}" can't be read here`);
  }
}
