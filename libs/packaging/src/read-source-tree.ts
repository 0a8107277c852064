import { readFile, realpath } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { moduleScopes } from './module-scopes.ts';
import { PackagingError, UnfollowableImportError } from './packaging-error.ts';
import { resolveImport } from './resolve-import.ts';
import { type FoundImport, scanImports } from './scan-imports.ts';
import type { SourceTree } from './source-tree.ts';
import { transformTypeScript } from './transform-typescript.ts';

interface ReadFile {
  readonly text: string;
  /** Undefined for what is not code. */
  readonly isModule: boolean | undefined;
}

/** The module at `file` and all that it imports by relative paths, directly or not. */
export async function readSourceTree(file: string): Promise<SourceTree> {
  const entry = await realpath(resolve(file)).catch((cause: unknown) => {
    throw new PackagingError(`${file}: no such file`, { cause });
  });
  const files = new Map<string, ReadFile>();
  const links = new Map<string, string>();
  const waiting: { path: string; from?: { importer: string; found: FoundImport } }[] = [{ path: entry }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (files.has(next.path)) continue;
    const text = await readText(next.path, next.from);
    if (!isCode(next.path, next.from)) {
      files.set(next.path, { text, isModule: undefined });
      continue;
    }
    const scanned = await scanImports(next.path, text);
    const runnable = scanned.needsTransform ? transformTypeScript(next.path, text) : text;
    files.set(next.path, { text: runnable, isModule: scanned.isModule });
    for (const found of scanned.imports) {
      const target = await resolveImport(found, next.path);
      if (!target) continue;
      if (target.path !== target.realPath) links.set(target.path, target.realPath);
      waiting.push({ path: target.realPath, from: { importer: next.path, found } });
    }
  }
  return assemble(entry, files, links);
}

async function assemble(
  entry: string,
  files: ReadonlyMap<string, ReadFile>,
  links: ReadonlyMap<string, string>,
): Promise<SourceTree> {
  const root = commonFolder([...files.keys(), ...links.keys()]);
  const inTree = (path: string) => relative(root, path);
  const texts = new Map([...files].map(([path, { text }]) => [inTree(path), text]));
  const ambiguous = [...files].flatMap(([path, { isModule }]) =>
    isModule !== undefined && /^\.[jt]s$/.test(extname(path)) ? [{ path, isModule }] : [],
  );
  for (const [folder, text] of await moduleScopes(ambiguous, root)) {
    const path = inTree(join(folder, 'package.json'));
    if (!texts.has(path)) texts.set(path, text);
  }
  return {
    entry: inTree(entry),
    files: texts,
    links: new Map([...links].map(([path, target]) => [inTree(path), inTree(target)])),
  };
}

async function readText(path: string, from: { importer: string; found: FoundImport } | undefined): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused(path, from, 'the file is not text');
  }
}

function isCode(path: string, from: { importer: string; found: FoundImport } | undefined): boolean {
  const extension = extname(path);
  if (extension === '.json' || from?.found.attribute === 'text') return false;
  if (/^\.[cm]?[jt]s$/.test(extension)) return true;
  throw refused(path, from, `Node does not run ${extension || 'files without an extension'}`);
}

function refused(
  path: string,
  from: { importer: string; found: FoundImport } | undefined,
  why: string,
): PackagingError {
  if (!from) return new PackagingError(`${path} can't be packaged: ${why}`);
  const { importer, found } = from;
  return new UnfollowableImportError({ file: importer, line: found.line, specifier: found.written, why });
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0] ?? '/').split('/');
  for (const path of paths) {
    const parts = dirname(path).split('/');
    const differs = common.findIndex((part, index) => part !== parts[index]);
    if (differs >= 0) common = common.slice(0, differs);
  }
  return common.join('/') || '/';
}
