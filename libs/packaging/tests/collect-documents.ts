import { createHash } from 'node:crypto';
import type { PackagingContext } from '../src/index.ts';

/** A context that keeps what is put, by its hash or by its key. */
export function collectDocuments(overrides: Partial<PackagingContext> = {}) {
  const documents = new Map<string, Uint8Array>();
  const context: PackagingContext = {
    isDryRun: false,
    async putDocument(bytes, place) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      documents.set(place ? `${place.storage}:${place.key}` : sha256, bytes);
      return sha256;
    },
    defaultStorage: () => Promise.resolve('standard'),
    ...overrides,
  };
  return { context, documents };
}
