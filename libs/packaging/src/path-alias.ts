import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Whether a bare-looking import is an alias: a pattern in `paths` of the nearest tsconfig.json (or of one that it
 * extends by a relative path), or one of the forms that can only be an alias (`@/x`, `~/x`). Compilers follow those,
 * Node doesn't.
 */
export async function isPathAlias(specifier: string, importer: string): Promise<boolean> {
  if (/^(@\/|~)/.test(specifier)) return true;
  for (let folder = dirname(importer); ; folder = dirname(folder)) {
    const patterns = await aliasPatterns(join(folder, 'tsconfig.json'), 0);
    if (patterns) return patterns.some((pattern) => matches(pattern, specifier));
    if (folder === dirname(folder)) return false;
  }
}

// Circular chains exist; no real one is longer.
const LONGEST_CHAIN = 20;

async function aliasPatterns(file: string, depth: number): Promise<readonly string[] | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const config = await readConfig(text);
  const patterns = Object.keys(config.paths);
  if (patterns.length > 0 || depth >= LONGEST_CHAIN) return patterns;
  for (const base of config.bases.filter((name) => name.startsWith('.')).reverse()) {
    const path = resolve(dirname(file), base.endsWith('.json') ? base : `${base}.json`);
    const inherited = await aliasPatterns(path, depth + 1);
    if (inherited && inherited.length > 0) return inherited;
  }
  return [];
}

// tsconfig.json has comments and trailing commas, as an object literal of JavaScript may.
async function readConfig(text: string): Promise<{ paths: object; bases: readonly string[] }> {
  const { parseExpression } = await import('@babel/parser');
  try {
    const root = literalOf(parseExpression(text)) as { compilerOptions?: { paths?: object }; extends?: unknown };
    const bases = Array.isArray(root.extends) ? root.extends : [root.extends];
    return {
      paths: root.compilerOptions?.paths ?? {},
      bases: bases.filter((base) => typeof base === 'string'),
    };
  } catch {
    return { paths: {}, bases: [] };
  }
}

function literalOf(node: import('@babel/types').Node): unknown {
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'ArrayExpression') return node.elements.map((element) => element && literalOf(element));
  if (node.type !== 'ObjectExpression') return undefined;
  const entries: [string, unknown][] = [];
  for (const property of node.properties) {
    if (property.type === 'ObjectProperty' && property.key.type === 'StringLiteral')
      entries.push([property.key.value, literalOf(property.value)]);
  }
  return Object.fromEntries(entries);
}

function matches(pattern: string, specifier: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === specifier;
  return (
    star > 0 &&
    specifier.length >= pattern.length - 1 &&
    specifier.startsWith(pattern.slice(0, star)) &&
    specifier.endsWith(pattern.slice(star + 1))
  );
}
