import { readFile } from 'node:fs/promises';
import type { JsonObject } from '@millrace/packaging';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { jsonSchemaOf, type ParameterSchema } from '../src/parameter-schema.ts';
import { TypeSchemas } from '../src/type-schema/type-schemas.ts';
import { temporaryFiles } from './temporary-files.ts';

const page = await readFile(new URL('../../../docs/parameters.md', import.meta.url), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| `/.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map(inCode),
  )
  .map(([type = '', zod = '', schema = '']) => ({ type, zod, schema }));

function inCode(cell: string): string {
  const text = cell.trim().replaceAll('\\|', '|');
  const [, code = text] = /^(?:`` | ?`)(.*?)(?: ``|`)$/.exec(text) ?? [];
  return code;
}

const head = `import { flow } from 'millrace';\n`;

/** The schema of a flow named f in a file of that text. */
async function schemaOf(text: string, more: Record<string, string> = {}, file = 'flow.ts') {
  await using files = await temporaryFiles({
    'package.json': '{ "type": "module" }',
    'node_modules/millrace/package.json': '{"type":"module","exports":{"types":"./index.d.ts","default":"./index.js"}}',
    'node_modules/millrace/index.js': 'export const flow = () => {};',
    'node_modules/millrace/index.d.ts': `export declare function flow<P extends object>(options: unknown, fn: (parameters: P, context: object) => unknown): unknown;`,
    ...more,
    [file]: text,
  });
  return await new TypeSchemas().schemaOf(files.in(file), 'f');
}

describe('the rows of docs/parameters.md', () => {
  test('there are some', () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  test.each(rows)('$type', async ({ type, schema }) => {
    const found = await schemaOf(`${head}export const f = flow('f', async (p: { value: ${type} }) => p);`);
    const [, why] = /^no schema: (.*)$/.exec(schema) ?? [];
    if (why !== undefined) return expect(found).toEqual({ reason: `'value': ${why}` });
    const { title, ...value } = schemaOfValue('schema' in found ? found.schema : {});
    expect(title).toBe('value');
    expect(value).toEqual(JSON.parse(schema));
  });

  test.each(rows.filter(({ zod }) => zod !== ''))('$zod', ({ zod, schema }) => {
    const parameters = z.object({ value: new Function('z', `return ${zod}`)(z) }) as unknown as ParameterSchema;
    const { title: _, ...value } = schemaOfValue(jsonSchemaOf(parameters) ?? {});
    expect(comparable(value)).toEqual(comparable(JSON.parse(schema) as JsonObject));
  });
});

function schemaOfValue(schema: JsonObject): JsonObject {
  return (schema.properties as Record<string, JsonObject>).value ?? {};
}

// zod says of literals which type they are, of records what their keys are; and orders alternatives its own way.
function comparable(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(comparable).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const isLiteral = 'const' in value || 'enum' in value;
  const isEmpty = (name: string, inner: unknown) => name === 'properties' && Object.keys(inner as object).length === 0;
  const kept = Object.entries(value).filter(
    ([name, inner]) => !(isLiteral && name === 'type') && name !== 'propertyNames' && !isEmpty(name, inner),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, comparable(inner)]));
}

const named = { title: 'name', type: 'string' };

test.each<[string, string, JsonObject]>([
  [
    'exported, with a default',
    `export const f = flow('f', async ({ name = 'world' }: { name?: string }) => name);`,
    { properties: { name: { ...named, default: 'world' } } },
  ],
  [
    'not exported, by options',
    `const f = flow({ name: 'f' }, async ({ name }: { name: string }) => name); f;`,
    { properties: { name: named }, required: ['name'] },
  ],
  [
    'a type argument',
    `export const f = flow<{ name: string }>('f', async ({ name }) => name);`,
    { properties: { name: named }, required: ['name'] },
  ],
  [
    'a function of its own',
    `async function f({ name }: { name: string }) { return name; }\nexport const g = flow({}, f);`,
    { properties: { name: named }, required: ['name'] },
  ],
  [
    'an interface of another file, with a comment',
    `import type { P } from './types.ts';\nexport const f = flow('f', async (p: P) => p);`,
    { properties: { name: { ...named, description: 'Who is greeted.' } }, required: ['name'] },
  ],
  [
    'defaults of many kinds',
    `export const f = flow('f', async ({ a = -1, b = [1, 2], c = true, d = null, e = Math.max(1, 2) }: { a?: number; b?: number[]; c: boolean; d?: null; e: number }) => [a, b, c, d, e]);`,
    {
      properties: {
        a: { title: 'a', type: 'number', default: -1 },
        b: { title: 'b', type: 'array', items: { type: 'number' }, default: [1, 2] },
        c: { title: 'c', type: 'boolean', default: true },
        d: { title: 'd', type: 'null', default: null },
        e: { title: 'e', type: 'number' },
      },
    },
  ],
  ['no parameters', `export const f = flow('f', async () => 1);`, { properties: {} }],
  [
    'one that contains itself',
    `interface Tree { name: string; children: Tree[] }\nexport const f = flow('f', async (p: { tree: Tree }) => p);`,
    {
      properties: { tree: { title: 'tree', $ref: '#/$defs/Tree' } },
      required: ['tree'],
      $defs: {
        Tree: {
          type: 'object',
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
          required: ['name', 'children'],
        },
      },
    },
  ],
])('%s', async (_name, text, expected) => {
  const types = { 'types.ts': 'export interface P {\n  /** Who is greeted. */\n  name: string;\n}' };
  expect(await schemaOf(`${head}${text}`, types)).toEqual({
    schema: { title: 'Parameters', type: 'object', ...expected },
  });
});

test.each<[string, string, string, string]>([
  ['JavaScript', 'flow.js', `export const f = flow('f', async (p) => p);`, 'JavaScript has no types'],
  [
    'no annotation',
    'flow.ts',
    `export const f = flow('f', async (p: any) => p);`,
    'does not say the type of its parameters',
  ],
  [
    'a name that is put together',
    'flow.ts',
    `export const f = flow('f' + '', async (p: { a: string }) => p);`,
    'no call of flow()',
  ],
  [
    'something else than an object',
    'flow.ts',
    `export const f = flow('f', async (p: string[]) => p);`,
    'something else than one object',
  ],
])('%s: no schema, and why', async (_name, file, text, why) => {
  expect(await schemaOf(`${head}${text}`, {}, file)).toEqual({ reason: expect.stringContaining(why) });
});
