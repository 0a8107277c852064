import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(js|css|html|svg|json|txt|webmanifest)$/;
const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Puts `.br` and `.gz` beside each file that gains by it: the server sends what is there and compresses nothing. */
export function precompress(): Plugin {
  return {
    name: 'millrace:precompress',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const names = await readdir(dir, { recursive: true });
      await Promise.all(names.filter((name) => compressible.test(name)).map((name) => compress(join(dir, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path);
  const [br, gz] = await Promise.all([toBrotli(content), toGzip(content, { level: 9 })]);
  if (br.byteLength < content.byteLength) await writeFile(`${path}.br`, br);
  if (gz.byteLength < content.byteLength) await writeFile(`${path}.gz`, gz);
}
