import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildMillrace } from './build-millrace.ts';

/** Packs what is published into `out`, as npm would publish it; gives the paths of the tarballs. */
export async function pack(out: string): Promise<string[]> {
  await mkdir(out, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'millrace-pack-'));
  try {
    const folder = join(work, 'millrace');
    await buildMillrace(folder);
    const { stdout } = await promisify(execFile)('npm', ['pack', '--json', '--pack-destination', resolve(out)], {
      cwd: folder,
    });
    const [packed] = Object.values(JSON.parse(stdout) as Record<string, { filename: string }>);
    if (!packed) throw new Error(`npm pack said ${stdout}`);
    return [join(resolve(out), packed.filename)];
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
