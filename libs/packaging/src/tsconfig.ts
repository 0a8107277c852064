import { parseExpression } from '@babel/parser';
import type { Node } from '@babel/types';

/** What of a tsconfig.json says where imports lead. */
export interface Tsconfig {
  readonly paths: Readonly<Record<string, readonly string[]>> | undefined;
  readonly baseUrl: string | undefined;
  /** What it extends, in the order given. */
  readonly bases: readonly string[];
}

/** Reads a tsconfig.json, which has comments and trailing commas, as an object literal may; empty where it has errors. */
export function readTsconfig(text: string): Tsconfig {
  const root = parse(text);
  const options: { paths?: unknown; baseUrl?: unknown } = isObject(root.compilerOptions) ? root.compilerOptions : {};
  const bases = Array.isArray(root.extends) ? root.extends : [root.extends];
  return {
    paths: isObject(options.paths) ? readPaths(options.paths) : undefined,
    baseUrl: typeof options.baseUrl === 'string' ? options.baseUrl : undefined,
    bases: bases.filter((base) => typeof base === 'string'),
  };
}

function readPaths(paths: object): Record<string, string[]> {
  const lists = Object.entries(paths).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  return Object.fromEntries(
    lists.map(([pattern, targets]) => [pattern, targets.filter((target) => typeof target === 'string')]),
  );
}

function parse(text: string): { compilerOptions?: unknown; extends?: unknown } {
  try {
    const root = literalOf(parseExpression(text));
    return isObject(root) ? root : {};
  } catch {
    return {};
  }
}

function literalOf(node: Node): unknown {
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

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
