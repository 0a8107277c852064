import { randomBytes, randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@millrace/packaging/make-folder';
import { failedPrecondition } from '@millrace/rpc/errors';

/**
 * The key in the file `encryption.key` of a home, in base64; undefined where there is none. With `make` there is one
 * afterwards, readable by its owner alone; of several processes that make it one is first, and all get that one's.
 * FAILED_PRECONDITION (ENCRYPTION_KEY_UNUSABLE) where it can't be read or made.
 */
export async function readKeyFile(home: string, options: { readonly make: boolean }): Promise<string | undefined> {
  const path = join(home, 'encryption.key');
  try {
    return await findOrMake(home, path, options.make);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw failedPrecondition('ENCRYPTION_KEY_UNUSABLE', `the key in ${path} can't be used: ${why}`);
  }
}

async function findOrMake(home: string, path: string, make: boolean): Promise<string | undefined> {
  const found = await read(path);
  if (found !== undefined || !make) return found;
  const draft = `${path}.${randomUUID()}`;
  try {
    await makeFolder(home, 0o700);
    // Flushed: what is encrypted with a key that a power cut took is lost.
    await writeFile(draft, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return read(path);
}

async function read(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = text.trim();
  if (Buffer.from(key, 'base64').byteLength !== 32)
    throw new Error('it is not what was written there, 32 bytes in base64');
  return key;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
