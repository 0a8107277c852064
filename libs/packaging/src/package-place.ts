import type { DatabaseManifest, FileManifest } from './manifest.ts';
import type { StorageReference } from './storage/storage.ts';

/** A document of the server's: in its database or, with `storage`, under `key` in the storage of that name. */
export interface ServerDocument {
  readonly sha256: string;
  readonly storage?: string;
  readonly key?: string;
}

/** Where a package's bytes are: for the server to give, or in a storage that can be read from here. */
export type PackagePlace =
  | { readonly document: ServerDocument }
  | { readonly storage: Exclude<StorageReference, { readonly type: 'named' }>; readonly key: string };

export function packagePlace(manifest: DatabaseManifest | FileManifest): PackagePlace {
  const { document: sha256 } = manifest;
  if (manifest.type === 'database') return { document: { sha256 } };
  const { storage, key } = manifest;
  return storage.type === 'named' ? { document: { sha256, storage: storage.name, key } } : { storage, key };
}
