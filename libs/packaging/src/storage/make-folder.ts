import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, where they are not there. Level by level: Node's own recursive `mkdir` never returns
 * where a level can neither be made nor is there (/proc).
 *
 * @param mode of those that are made
 */
export async function makeFolder(path: string, mode = 0o777): Promise<void> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  await mkdir(path, { mode }).catch((error: unknown) => {
    // Another process was quicker.
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error;
  });
}
