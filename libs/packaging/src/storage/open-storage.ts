import { LocalStorage } from './local-storage.ts';
import { S3Storage } from './s3-storage.ts';
import type { Storage, StorageReference } from './storage.ts';

/** The storage that a manifest names, where it is not one of the server's. */
export function openStorage(reference: Exclude<StorageReference, { readonly type: 'named' }>): Storage & Disposable {
  if (reference.type === 'local') return new LocalStorage({ basePath: reference.base_path });
  const { type, ...options } = reference;
  return new S3Storage(options);
}
