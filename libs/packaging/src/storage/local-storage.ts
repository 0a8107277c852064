import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PackagingError } from '../packaging-error.ts';
import { makeFolder } from './make-folder.ts';
import type { Storage, StorageReference } from './storage.ts';
import { StorageError } from './storage-error.ts';
import { checkStorageKey } from './storage-key.ts';

/** A folder, of this machine or one that all machines see. */
export class LocalStorage implements Storage, Disposable {
  readonly reference: StorageReference & { readonly type: 'local' };

  /** @param options.basePath the folder; relative ones count from where this process was started; made when first needed */
  constructor({ basePath }: { readonly basePath: string }) {
    if (typeof basePath !== 'string' || basePath === '')
      throw new PackagingError('LocalStorage needs basePath, the path of a folder');
    this.reference = { type: 'local', base_path: resolve(basePath) };
  }

  async check(): Promise<void> {
    const { base_path: folder } = this.reference;
    try {
      await makeFolder(folder);
      await access(folder, constants.W_OK);
    } catch (cause) {
      throw new StorageError('refused', `the folder ${folder} can't be used: ${messageOf(cause)}`, { cause });
    }
  }

  async write(key: string, bytes: Uint8Array): Promise<boolean> {
    const path = this.#pathOf(key);
    const known = await readFile(path).catch(() => undefined);
    if (known?.equals(bytes)) return false;
    const draft = `${path}.${randomUUID()}`;
    try {
      await makeFolder(dirname(path));
      await using file = await open(draft, 'wx');
      await file.writeFile(bytes);
      await file.sync();
      await rename(draft, path);
      return known === undefined;
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => {});
      throw new StorageError('refused', `the package can't be written to ${path}: ${messageOf(cause)}`, { cause });
    }
  }

  async read(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#pathOf(key);
    try {
      return await readFile(path, { signal });
    } catch (cause) {
      signal?.throwIfAborted();
      const isMissing = (cause as { code?: unknown }).code === 'ENOENT';
      throw new StorageError(
        isMissing ? 'missing' : 'refused',
        isMissing
          ? `there is no package ${path} on this machine`
          : `the package ${path} can't be read: ${messageOf(cause)}`,
        { cause },
      );
    }
  }

  /** Nothing is held open. */
  [Symbol.dispose](): void {}

  #pathOf(key: string): string {
    checkStorageKey(key);
    return join(this.reference.base_path, key);
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
