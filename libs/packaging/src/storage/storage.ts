import { PackagingError } from '../packaging-error.ts';

/** Where packages can be kept: bytes under keys. */
export interface Storage extends Partial<Disposable> {
  /** What a manifest says, so that others find it. No secrets. */
  readonly reference: StorageReference;
  /** Throws a StorageError where it can't be used. */
  check(signal?: AbortSignal): Promise<void>;
  /**
   * Stores bytes, whole or not at all, and durably; gives whether there was nothing under that key. What was, and is not
   * the same, is replaced: a key is made of a hash, so it was damaged.
   */
  write(key: string, bytes: Uint8Array, signal?: AbortSignal): Promise<boolean>;
  /** Throws a StorageError where there is nothing under that key. */
  read(key: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Says in a manifest where a package is kept. */
export type StorageReference =
  /** A folder, which those who run the flow must see by the same path. */
  | { readonly type: 'local'; readonly base_path: string }
  /** A bucket of S3 or a server that speaks as S3 does; credentials come from the environment of whoever reads. */
  | {
      readonly type: 's3';
      readonly bucket: string;
      readonly region?: string;
      /** Of a server that is not Amazon's. */
      readonly endpoint?: string;
    }
  /** A storage that the server knows, and reads for others. */
  | { readonly type: 'named'; readonly name: string };

/** The value as a reference. Throws a {@link PackagingError} on anything else. */
export function readStorageReference(value: unknown): StorageReference {
  const reference = (value ?? {}) as { readonly [key: string]: unknown };
  const needed = requiredFields[String(reference.type)];
  if (!needed)
    throw new PackagingError(`package manifest: storage type ${JSON.stringify(reference.type)} is not known`);
  for (const field of needed)
    if (typeof reference[field] !== 'string' || reference[field] === '')
      throw new PackagingError(`package manifest: storage.${field} is missing`);
  return reference as StorageReference;
}

const requiredFields: Readonly<Record<string, readonly string[]>> = {
  local: ['base_path'],
  s3: ['bucket'],
  named: ['name'],
};
