import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of its own for a test; gone afterwards. */
export interface TemporaryFiles extends AsyncDisposable {
  readonly path: string;
  readonly in: (path: string) => string;
}

/** @param files path to text */
export async function temporaryFiles(files: Readonly<Record<string, string>> = {}): Promise<TemporaryFiles> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'millrace-sdk-')));
  for (const [name, text] of Object.entries({ 'package.json': '{"type":"module"}', ...files })) {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return {
    path,
    in: (name) => join(path, name),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
