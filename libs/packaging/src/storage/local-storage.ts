import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { PackagingError } from '../packaging-error.ts';
import type { Storage, StorageReference } from './storage.ts';

/** A folder, of this machine or one that all machines see. */
export class LocalStorage implements Storage {
  readonly reference: StorageReference & { readonly type: 'local' };

  /** @param options.basePath the folder; relative ones count from where this process was started; made when first needed */
  constructor({ basePath }: { readonly basePath: string }) {
    if (typeof basePath !== 'string' || basePath === '')
      throw new PackagingError('LocalStorage needs basePath, the path of a folder');
    this.reference = { type: 'local', base_path: resolve(basePath) };
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(key);
    if (await stat(path).catch(() => undefined)) return;
    const draft = `${path}.${randomUUID()}`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await using file = await open(draft, 'wx');
      await file.writeFile(bytes);
      await file.sync();
      await rename(draft, path);
    } catch (cause) {
      await rm(draft, { force: true }).catch(() => {});
      throw new PackagingError(`the package can't be written to ${path}: ${String(cause)}`, { cause });
    }
  }

  async read(key: string, signal?: AbortSignal): Promise<Uint8Array> {
    const path = this.#pathOf(key);
    try {
      return await readFile(path, { signal });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new PackagingError(`there is no package ${path} on this machine: ${String(cause)}`, { cause });
    }
  }

  #pathOf(key: string): string {
    if (key.split('/').some((part) => part === '' || part === '.' || part === '..') || key.includes('\0'))
      throw new PackagingError(`the key ${JSON.stringify(key)} is refused`);
    return join(this.reference.base_path, key);
  }
}
