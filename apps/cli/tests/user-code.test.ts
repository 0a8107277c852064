import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runMillrace } from './run-millrace.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const head = `import { deployment, flow } from 'millrace';\n`;

test.each<[string, Record<string, string>]>([
  [
    'a path alias, of a tsconfig.json that another extends',
    {
      'tsconfig.json': '{ "extends": "./base.json" }',
      'base.json': '{ "compilerOptions": { "paths": { "@words/*": ["./words/*"] } } }',
      'main.ts': `${head}import { word } from '@words/hello';\ndeployment({ flow: flow(word, async () => {}) });`,
      'words/hello.ts': `export const word: string = 'found';`,
    },
  ],
  [
    'decorators, as the tsconfig.json has them',
    {
      'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
      'main.ts': `${head}const names: string[] = [];
function named(target: { name: string }): void { names.push(target.name); }
@named
class found {}
deployment({ flow: flow(names[0] ?? 'not run', async () => found) });`,
    },
  ],
  [
    'a package of the same repository, in TypeScript, by its link',
    {
      'packages/words/package.json': '{ "name": "@acme/words", "type": "module", "exports": "./index.ts" }',
      'packages/words/index.ts': `enum Word { F = 'found' }\nexport const word: string = Word.F;`,
      'main.ts': `${head}import { word } from '@acme/words';\ndeployment({ flow: flow(word, async () => {}) });`,
    },
  ],
  [
    'CommonJS in TypeScript',
    {
      'main.cts': `import millrace = require('millrace');\nmillrace.deployment({ flow: millrace.flow('found', async () => {}) });`,
    },
  ],
])('%s is loaded as it is', async (_name, files) => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-user-code-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  await mkdir(join(folder, 'node_modules', '@acme'), { recursive: true });
  await symlink(join(root, 'libs', 'sdk'), join(folder, 'node_modules', 'millrace'));
  await symlink(join(folder, 'packages', 'words'), join(folder, 'node_modules', '@acme', 'words'));
  const main = Object.keys(files).find((name) => name.startsWith('main.')) ?? '';
  const { stdout, stderr } = await runMillrace(['deployment', 'preview', join(folder, main)]);
  expect(stdout, stderr).toContain("Preview for 'found/found':");
});
