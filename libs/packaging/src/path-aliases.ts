import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { readTsconfig } from './tsconfig.ts';

/**
 * The paths that an import may mean by `paths` of the nearest tsconfig.json, or of one that it extends; none where it is
 * no alias. The most specific pattern counts, as in TypeScript.
 */
export function resolveAlias(specifier: string, importer: string): readonly string[] {
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const found = aliases(join(folder, 'tsconfig.json'), 0);
    if (found) return pathsOf(specifier, found);
    if (folder === dirname(folder)) return [];
  }
}

interface Aliases {
  readonly base: string;
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

// Circular chains exist; no real one is longer.
const LONGEST_CHAIN = 20;

function aliases(file: string, depth: number): Aliases | undefined {
  const text = tryRead(file);
  if (text === undefined) return undefined;
  const { paths, baseUrl, bases } = readTsconfig(text);
  if (paths !== undefined) return { base: resolve(dirname(file), baseUrl ?? '.'), paths };
  if (depth < LONGEST_CHAIN)
    for (const base of [...bases].reverse()) {
      const inherited = aliases(fileOf(base, file), depth + 1);
      if (inherited && Object.keys(inherited.paths).length > 0) return inherited;
    }
  return { base: dirname(file), paths: {} };
}

function fileOf(base: string, extender: string): string {
  if (!base.startsWith('.') && !base.startsWith('/')) {
    const require = createRequire(extender);
    for (const name of [base, `${base}.json`, `${base}/tsconfig.json`]) {
      try {
        return require.resolve(name);
      } catch {
        // Perhaps by another of its names.
      }
    }
  }
  const path = resolve(dirname(extender), base);
  return path.endsWith('.json') ? path : `${path}.json`;
}

function pathsOf(specifier: string, { base, paths }: Aliases): readonly string[] {
  const matching = Object.entries(paths)
    .map(([pattern, targets]) => ({ pattern, targets, star: starOf(pattern, specifier) }))
    .filter(({ star }) => star !== undefined)
    .sort((a, b) => prefixLength(b.pattern) - prefixLength(a.pattern));
  const [best] = matching;
  return best
    ? best.targets.map((target) =>
        resolve(
          base,
          target.replace('*', () => best.star ?? ''),
        ),
      )
    : [];
}

/** What the star stands for; empty where there is none; undefined where the pattern does not match. */
function starOf(pattern: string, specifier: string): string | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier ? '' : undefined;
  const [prefix, suffix] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (specifier.length < prefix.length + suffix.length) return undefined;
  if (!specifier.startsWith(prefix) || !specifier.endsWith(suffix)) return undefined;
  return specifier.slice(prefix.length, specifier.length - suffix.length);
}

// A pattern without a star is the most specific of all.
function prefixLength(pattern: string): number {
  const star = pattern.indexOf('*');
  return star < 0 ? Number.POSITIVE_INFINITY : star;
}

function tryRead(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
