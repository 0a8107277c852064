import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of the repository. */
export const root = join(import.meta.dirname, '../../..');

/** In the build's folder; the server doesn't serve names with a dot in front. */
export const stampFile = '.inputs.json';

/** A hash for each file, by its path from the root; empty where there is no such file. */
export async function hashFiles(paths: readonly string[]): Promise<Record<string, string>> {
  const hashes = paths.map(async (path): Promise<[string, string]> => {
    const content = await readFile(join(root, path)).catch(() => undefined);
    return [path, content ? createHash('sha256').update(content).digest('base64url') : ''];
  });
  return Object.fromEntries(await Promise.all(hashes));
}
