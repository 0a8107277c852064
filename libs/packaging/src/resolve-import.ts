import { realpath, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UnfollowableImportError } from './packaging-error.ts';
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
    if (path !== undefined && (await isFile(path))) return { path, realPath: await realpath(path) };
    const meant = path === undefined ? undefined : await sourceMeant(path);
    if (path !== undefined && meant !== undefined) return { path, realPath: await realpath(meant) };
    throw refuse(await missing(path));
  }
  if (isBuiltin(specifier) || /^(node|data):/.test(specifier)) return undefined;
  if (specifier.startsWith('#')) throw refuse('it is an entry of "imports" in package.json');
  if (specifier.startsWith('/') || specifier.startsWith('file:')) throw refuse('it is a path of this machine');
  if (/^[a-z][a-z0-9+.-]*:/i.test(specifier)) throw refuse('it is an address');
  if (await isPathAlias(specifier, importer)) throw refuse('it is a path alias, which Node does not know');
  return undefined;
}

// The first two can only be aliases, also where nothing defines them.
async function isPathAlias(specifier: string, importer: string): Promise<boolean> {
  if (/^(@\/|~)/.test(specifier)) return true;
  const { resolveAlias } = await import('./path-aliases.ts');
  return resolveAlias(specifier, importer).length > 0;
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

/**
 * The file that a path stands for by the rules of bundlers and of TypeScript, where Node finds none: `./a` for `a.ts`,
 * `./a.js` for `a.ts`. A symbolic link in the package makes Node find it.
 */
async function sourceMeant(path: string): Promise<string | undefined> {
  for (const candidate of sourcesMeant(path)) if (await isFile(candidate)) return candidate;
  return undefined;
}

/** What {@link sourceMeant} tries, in this order. Where a folder has the name, no link can. */
export function sourcesMeant(path: string): readonly string[] {
  const [, stem, kind] = /^(.*)\.([cm]?)js$/.exec(path) ?? [];
  if (stem !== undefined) return [`${stem}.${kind}ts`];
  return ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${path}.${extension}`);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function missing(path: string | undefined): Promise<string> {
  if (path === undefined) return 'it is not a path';
  for (const near of [resolve(path, 'index.ts'), resolve(path, 'index.js')])
    if (near !== path && (await isFile(near))) return `there is no file ${path} (but ${basename(near)})`;
  return `there is no file ${path}`;
}
