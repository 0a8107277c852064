import type { StorageKey } from '@millrace/db';

/** How requests name a storage. */
export type StorageKeyMessage =
  | { readonly case: 'id'; readonly value: string }
  | { readonly case: 'name'; readonly value: string }
  | { readonly case: undefined; readonly value?: undefined };

/** Reads which storage is meant; undefined where that is the default one. */
export function readStorageKey(key: StorageKeyMessage): StorageKey {
  if (key.case === undefined) return undefined;
  return key.case === 'id' ? { id: key.value.toLowerCase() } : { name: key.value };
}
