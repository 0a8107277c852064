import { readFile, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { resolveImport } from './resolve-import.ts';
import { type FoundImport, scanImports } from './scan-imports.ts';

/**
 * The files of which a module consists, as absolute paths: itself and what it imports by relative paths, directly or not,
 * as far as that can be followed. For those who wait for the files to change: an imported file that is missing is among
 * them, a file that does not parse ends its branch, and nothing is thrown. Files reached by a symbolic link are given by
 * both their paths.
 */
export async function followSources(file: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const waiting = [resolve(file)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue;
    const real = await realpath(path).catch(() => undefined);
    found.add(path);
    if (real !== undefined && real !== path) waiting.push(real);
    else if (/\.[cm]?[jt]s$/.test(path)) waiting.push(...(await importedBy(path)));
  }
  return found;
}

async function importedBy(path: string): Promise<string[]> {
  try {
    const { imports } = await scanImports(path, await readFile(path, 'utf8'));
    const targets = await Promise.all(imports.map((found) => targetOf(found, path)));
    return targets.filter((target) => target !== undefined);
  } catch {
    return [];
  }
}

async function targetOf(found: FoundImport, importer: string): Promise<string | undefined> {
  try {
    return (await resolveImport(found, importer))?.path;
  } catch {
    // Not there, or not yet.
    const { specifier } = found;
    return specifier && /^\.\.?\//.test(specifier) ? resolve(dirname(importer), specifier) : undefined;
  }
}
