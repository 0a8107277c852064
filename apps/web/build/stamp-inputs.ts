import { readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { hashFiles, root, stampFile } from './inputs.ts';

/** What counts besides the modules: what they are built by, and with which versions. */
const settings = ['apps/web/index.html', 'apps/web/package.json', 'apps/web/tsconfig.json', 'apps/web/vite.config.ts'];
const shared = ['package-lock.json', 'tsconfig.base.json'];

/** Leaves in the build what it was made of, by which `tools/build-web.ts` sees whether it still holds. */
export function stampInputs(): Plugin {
  return {
    name: 'millrace:stamp-inputs',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const modules = [...this.getModuleIds()]
        .filter((id) => !id.startsWith('\0'))
        .map((id) => relative(root, id.split('?', 1)[0] ?? id))
        .filter((path) => /^(apps|libs)\//.test(path) && !path.includes('node_modules'));
      const inputs = new Set([
        ...settings,
        ...shared,
        ...modules,
        ...(await folder('build')),
        ...(await folder('public')),
      ]);
      await writeFile(join(dir, stampFile), JSON.stringify(hashFiles([...inputs].sort()), undefined, 1));
    },
  };
}

async function folder(name: string): Promise<string[]> {
  const path = join('apps/web', name);
  return (await readdir(join(root, path))).map((file) => join(path, file));
}
