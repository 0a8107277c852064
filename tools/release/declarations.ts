import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import { exportedFile } from '../check/imports.ts';

const root = join(import.meta.dirname, '..', '..');

/**
 * Writes the types of modules, and of all that they name of this repository, into `folder`: declarations alone, their imports
 * of workspaces made relative. Gives where each entry's came to lie, from `folder`.
 *
 * @param entries TypeScript modules, as paths from the root
 */
export async function writeDeclarations(entries: readonly string[], folder: string): Promise<string[]> {
  const emitted = join(folder, '.emitted');
  const config = join(folder, '.tsconfig.json');
  const options = {
    ...{ noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: emitted, rootDir: root },
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  await mkdir(folder, { recursive: true });
  try {
    // All that the SDK may depend on: what is only reached through node_modules is taken for somebody else's.
    const include = ['sdk', 'packaging', 'contracts', 'rpc', 'settings', 'clock'].map((name) =>
      join(root, 'libs', name, 'src/**/*.ts'),
    );
    const exclude = ['**/*.test.ts', '**/testing/**', '**/server/**'];
    const content = { extends: join(root, 'tsconfig.base.json'), include, exclude, compilerOptions: options };
    await writeFile(config, JSON.stringify(content));
    await promisify(execFile)(process.execPath, [join(root, 'node_modules/typescript7/bin/tsc'), '-p', config], {
      cwd: root,
    });
    const files = new Set(entries.map(declarationOf));
    for (const file of files) {
      const text = await readFile(join(emitted, file), 'utf8');
      const target = join(folder, file);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, await withRelativeImports(text, file, (found) => files.add(found)));
    }
    return entries.map(declarationOf);
  } finally {
    await rm(config, { force: true });
    await rm(emitted, { recursive: true, force: true });
  }
}

function declarationOf(source: string): string {
  return source.replace(/\.ts$/, '.d.ts');
}

/** @param found told of each file of this repository that is imported, as a declaration */
async function withRelativeImports(text: string, file: string, found: (file: string) => void): Promise<string> {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(/(\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"]+)\2/g)) {
    const [whole, before = '', quote = '', specifier = ''] = match;
    const target = await sourceOf(specifier, file);
    result += text.slice(end, match.index);
    end = match.index + whole.length;
    if (target === undefined) {
      result += whole;
      continue;
    }
    found(declarationOf(target));
    const path = relative(dirname(file), target.replace(/\.ts$/, '.js'));
    result += `${before}${quote}${path.startsWith('.') ? path : `./${path}`}${quote}`;
  }
  return result + text.slice(end);
}

/** The source behind an import, from the root; undefined for what is not of this repository. */
async function sourceOf(specifier: string, importer: string): Promise<string | undefined> {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(importer), specifier);
  const [, name, rest = ''] = /^(@millrace\/[^/]+|millrace)(?:\/(.*))?$/.exec(specifier) ?? [];
  if (name === undefined) return undefined;
  const folder = name === 'millrace' ? 'libs/sdk' : `libs/${name.slice('@millrace/'.length)}`;
  const manifest = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Parameters<
    typeof exportedFile
  >[0]['manifest'];
  const file = exportedFile({ root: folder, manifest }, rest ? `./${rest}` : '.');
  if (file !== undefined) return file;
  throw new Error(`${importer} imports ${specifier}, which ${folder} does not export`);
}
