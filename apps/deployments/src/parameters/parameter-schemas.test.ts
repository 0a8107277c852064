import { expect, test } from 'vitest';
import { openParameterSchemas } from './parameter-schemas.ts';
import { SchemaError } from './schema-engine.ts';

const schemas = openParameterSchemas();

test.each([
  ['a type', { properties: { a: { type: 'string' } } }, { a: 1 }, [['/a', 'must be string']]],
  ['an item', { properties: { a: { items: { type: 'number' } } } }, { a: [1, 'x'] }, [['/a/1', 'must be number']]],
  ['what is required', { required: ['a', 'b'] }, { b: 1 }, [['/a', 'is required']]],
  ['what is not known', { additionalProperties: false }, { 'a/b': 1 }, [['/a~1b', 'is not known']]],
  ['one of several', { properties: { a: { enum: [1, 2] } } }, { a: 3 }, [['/a', 'must be one of [1,2]']]],
  [
    'a pattern',
    { properties: { a: { pattern: '^\\d{2}$' } } },
    { a: '123' },
    [['/a', 'must match pattern "^\\d{2}$"']],
  ],
  [
    'a local reference',
    { $defs: { n: { type: 'number' } }, properties: { a: { $ref: '#/$defs/n' } } },
    { a: '' },
    [['/a', 'must be number']],
  ],
  [
    'repeated items',
    { properties: { a: { uniqueItems: true } } },
    {
      a: [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
    },
    [['/a', 'must NOT have duplicate items']],
  ],
  ['different items', { properties: { a: { uniqueItems: true } } }, { a: [1, '1', [1], { a: 1 }, null, 'null'] }, []],
  [
    'nothing',
    { $schema: 'https://json-schema.org/draft/2020-12/schema', properties: { a: { format: 'email' } } },
    { a: 1 },
    [],
  ],
])('a schema says what is wrong: %s', (_, schema, value, problems) => {
  const found = schemas.check(schema, value);
  expect(found.map(({ pointer, description }) => [pointer, description])).toEqual(problems);
});

test('partly given parameters are checked, missing ones are not missed', () => {
  const schema = { required: ['a', 'b'], properties: { a: { type: 'string' } } };
  expect(schemas.check(schema, { a: 1 }, 'partly')).toEqual([{ pointer: '/a', description: 'must be string' }]);
});

const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [
    `d${n}`,
    { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
  ]),
);

test.each([
  ['is no schema', { type: 'text' }],
  ['refers elsewhere', { $ref: 'https://example.com/schema' }],
  ['refers to what is not there', { $ref: '#/$defs/none' }],
  ['has a pattern that needs backtracking', { properties: { a: { pattern: '(?=b)(a+)\\1' } } }],
  ['refers to itself without end', { $ref: '#' }],
  ['takes ages', { $ref: '#/$defs/d0', $defs: { ...doubling, d40: { minProperties: 1 } } }],
])('a schema that %s is refused', (_, schema) => {
  expect(() => schemas.check(schema, { a: 'aaaa' })).toThrow(SchemaError);
});

test('a pattern that backtracking engines choke on takes no time', () => {
  const schema = { properties: { a: { pattern: '^(a+)+$' } } };
  expect(schemas.check(schema, { a: `${'a'.repeat(50_000)}!` })).toHaveLength(1);
});
