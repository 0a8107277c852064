import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DefinitionError } from './errors.ts';
import { jsonSchemaOf, type ParameterSchema, validateParameters } from './parameter-schema.ts';

function standard(more: object): ParameterSchema {
  return { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }), ...more } };
}

describe('JSON Schema', () => {
  test('of zod: what callers may give, with titles, defaults and what is required', () => {
    const schema = z.object({ name: z.string().default('world'), count: z.number() });
    expect(jsonSchemaOf(schema)).toMatchObject({
      title: 'Parameters',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { name: { title: 'name', type: 'string', default: 'world' }, count: { title: 'count' } },
      required: ['count'],
    });
  });

  test('by Standard JSON Schema, asked for as input and in the dialect of 2020-12', () => {
    const asked: unknown[] = [];
    const input = (options: unknown) => {
      asked.push(options);
      return { type: 'object', title: 'Mine', properties: { a: { title: 'A' }, b: true } };
    };
    expect(jsonSchemaOf(standard({ jsonSchema: { input } }))).toEqual({
      type: 'object',
      title: 'Mine',
      properties: { a: { title: 'A' }, b: true },
    });
    expect(asked).toEqual([{ target: 'draft-2020-12' }]);
  });

  test('by a toJSONSchema of its own', () => {
    const schema = { ...standard({}), toJSONSchema: () => ({ type: 'object' }) };
    expect(jsonSchemaOf(schema)).toMatchObject({ type: 'object' });
  });

  test('is not known of every schema', () => {
    expect(jsonSchemaOf(standard({}))).toBeUndefined();
  });

  test.each<[string, ParameterSchema]>([
    ['a schema of something else than an object', z.string()],
    ['what JSON Schema can not say', z.object({ a: z.bigint() })],
  ])('%s is refused', (_name, schema) => {
    expect(() => jsonSchemaOf(schema)).toThrow(DefinitionError);
  });
});

test('issues carry their paths, whatever form they have', async () => {
  const issues = [
    { message: 'whole' },
    { message: 'deep', path: ['a', 0, { key: 'b' }] },
    { message: 'symbol', path: [Symbol('s')] },
  ];
  const schema = standard({ validate: async () => ({ issues }) });
  await expect(validateParameters('f', schema, {})).rejects.toMatchObject({
    message: "invalid parameters for the flow 'f': whole; a.0.b: deep; Symbol(s): symbol",
  });
});
