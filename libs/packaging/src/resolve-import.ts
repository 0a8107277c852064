import { realpath, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UnfollowableImportError } from './packaging-error.ts';
import { isPathAlias } from './path-alias.ts';
import type { FoundImport } from './scan-imports.ts';

/** A file that an import leads to. */
export interface ResolvedImport {
  /** Absolute path as the import says it. */
  readonly path: string;
  /** Absolute path with symbolic links followed: where Node loads it from. */
  readonly realPath: string;
}

/**
 * Where a relative import leads, by Node's rules; undefined for one that is found at run time (a built-in module, a
 * package). Throws an {@link UnfollowableImportError} for every other.
 */
export async function resolveImport(found: FoundImport, importer: string): Promise<ResolvedImport | undefined> {
  const refuse = (why: string) =>
    new UnfollowableImportError({ file: importer, line: found.line, specifier: found.written, why });
  const { specifier } = found;
  if (specifier === undefined) {
    if (/^(node:|[a-z0-9]|@[a-z0-9])/i.test(found.prefix)) return undefined;
    throw refuse('its path is computed at run time');
  }
  if (/^\.\.?(\/|$)/.test(specifier)) {
    const path = found.isRequire ? await requiredFile(specifier, importer) : importedPath(specifier, importer);
    if (path === undefined || !(await isFile(path))) throw refuse(await missing(path));
    return { path, realPath: await realpath(path) };
  }
  if (isBuiltin(specifier) || /^(node|data):/.test(specifier)) return undefined;
  if (specifier.startsWith('#')) throw refuse('it is an entry of "imports" in package.json');
  if (specifier.startsWith('/') || specifier.startsWith('file:')) throw refuse('it is a path of this machine');
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) throw refuse('it is an address');
  if (await isPathAlias(specifier, importer)) throw refuse('it is a path alias, which Node does not know');
  return undefined;
}

function importedPath(specifier: string, importer: string): string | undefined {
  try {
    // A query or fragment makes another instance of the same file.
    return fileURLToPath(new URL(specifier, pathToFileURL(importer)));
  } catch {
    return undefined;
  }
}

async function requiredFile(specifier: string, importer: string): Promise<string | undefined> {
  const path = resolve(dirname(importer), specifier);
  const named = [path, `${path}.js`, `${path}.json`];
  const candidates = /(^|\/)\.{0,2}$/.test(specifier) ? [] : named;
  for (const candidate of [...candidates, resolve(path, 'index.js'), resolve(path, 'index.json')])
    if (await isFile(candidate)) return candidate;
  return path;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function missing(path: string | undefined): Promise<string> {
  if (path === undefined) return 'it is not a path';
  const stem = path.replace(/\.[cm]?js$/, '');
  for (const near of [`${stem}.ts`, `${stem}.js`, resolve(stem, 'index.ts'), resolve(stem, 'index.js')])
    if (near !== path && (await isFile(near))) return `there is no file ${path} (but ${basename(near)})`;
  return `there is no file ${path}`;
}
