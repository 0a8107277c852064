import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Profiles } from './read-profiles.ts';

/**
 * Writes all profiles, readable by their owner alone. A reader finds the former ones or these, never half of them; of two
 * writers at the same time the later one wins.
 */
export async function writeProfiles({ file, active, all }: Profiles): Promise<void> {
  await makeFolder(dirname(file));
  const draft = `${file}.${crypto.randomUUID()}.draft`;
  try {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify({ active, profiles: Object.fromEntries(all) }, undefined, 2)}\n`);
    // Without it a loss of power may leave an empty file under the final name.
    await handle.sync();
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Level by level: Node's own recursive `mkdir` never returns where a level can neither be made nor is there (/proc). */
async function makeFolder(path: string): Promise<void> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
