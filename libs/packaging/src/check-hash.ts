import { createHash } from 'node:crypto';
import { PackagingError } from './packaging-error.ts';

/** Throws a {@link PackagingError} for bytes that are not those of the hash. */
export function checkHash(bytes: Uint8Array, sha256: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256)
    throw new PackagingError(`package ${sha256}: its bytes have the hash ${actual}, so they are refused`);
}
