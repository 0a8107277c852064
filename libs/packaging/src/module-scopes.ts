import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A source file of which Node asks the nearest package.json what kind of module it is. */
export interface ScopedFile {
  /** Absolute. */
  readonly path: string;
  /** Whether it has the syntax of an ES module. */
  readonly isModule: boolean;
}

/**
 * For each file whose extension does not say it (`.js`, `.ts`): the package.json files that a copy of the tree needs so
 * that Node takes them for the same kind of module there as here. Keys are folders below `root` or `root` itself.
 */
export async function moduleScopes(files: readonly ScopedFile[], root: string): Promise<Map<string, string>> {
  const scopes = new Map<string, { type: unknown; files: ScopedFile[] }>();
  for (const file of files) {
    const nearest = await nearestPackage(dirname(file.path));
    const folder = nearest && isWithin(nearest.folder, root) ? nearest.folder : root;
    const scope = scopes.get(folder) ?? { type: nearest?.type, files: [] };
    scope.files.push(file);
    scopes.set(folder, scope);
  }
  const texts = new Map<string, string>();
  for (const [folder, scope] of scopes) {
    // Where nothing is said Node looks at the syntax, and complains on stderr each time that it finds a module.
    const detected = scope.files.every((file) => file.isModule) ? 'module' : undefined;
    const type = scope.type === 'module' || scope.type === 'commonjs' ? scope.type : detected;
    texts.set(folder, JSON.stringify({ type }));
  }
  return texts;
}

async function nearestPackage(from: string): Promise<{ folder: string; type: unknown } | undefined> {
  for (let folder = from; basename(folder) !== 'node_modules'; folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return { folder, type: (JSON.parse(text) as { type?: unknown }).type };
    if (folder === dirname(folder)) break;
  }
  return undefined;
}

function isWithin(folder: string, root: string): boolean {
  return folder === root || folder.startsWith(root.endsWith('/') ? root : `${root}/`);
}
