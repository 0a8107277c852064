import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for a test; gone afterwards. */
export interface TemporaryTree extends AsyncDisposable {
  readonly path: string;
  readonly in: (path: string) => string;
}

/** @param files path to text; a text that begins with `-> ` makes a symbolic link */
export async function temporaryTree(files: Readonly<Record<string, string>> = {}): Promise<TemporaryTree> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'millrace-tree-')));
  for (const [name, text] of Object.entries(files)) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    if (text.startsWith('-> ')) await symlink(text.slice(3), file);
    else await writeFile(file, text);
  }
  return {
    path,
    in: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
