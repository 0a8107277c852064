import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readParameters } from './parameters.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    loud: { type: 'boolean' },
    list: { type: 'array', items: { type: 'number' } },
    options: { type: 'object' },
    maybe: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    either: { type: ['number', 'string'] },
    colour: { $ref: '#/$defs/Colour' },
    level: { enum: [1, 2, 'auto'] },
    loop: { $ref: '#/properties/loop' },
    any: {},
  },
  $defs: { Colour: { enum: ['red', 'green'] } },
};

describe('-p with a schema', () => {
  test.each([
    ['name=Arthur', { name: 'Arthur' }],
    ['name=42', { name: '42' }],
    ['name=true', { name: 'true' }],
    ['name="quoted"', { name: '"quoted"' }],
    ['name=12345678901234567890', { name: '12345678901234567890' }],
    ['name=', { name: '' }],
    ['name=a=b', { name: 'a=b' }],
    ['count=42', { count: 42 }],
    ['ratio=0.5', { ratio: 0.5 }],
    ['ratio=2', { ratio: 2 }],
    ['loud=true', { loud: true }],
    ['list=[1,2]', { list: [1, 2] }],
    ['options={"a":{}}', { options: { a: {} } }],
    ['maybe=null', { maybe: null }],
    ['maybe=nothing', { maybe: 'nothing' }],
    ['either=7', { either: 7 }],
    ['either=seven', { either: 'seven' }],
    ['colour=red', { colour: 'red' }],
    ['level=2', { level: 2 }],
    ['level=auto', { level: 'auto' }],
    ['loop=1', { loop: 1 }],
    ['any=[]', { any: [] }],
    ['unknown=1', { unknown: 1 }],
    ['toString=1', { toString: 1 }],
  ])('%s', (assignment, expected) => {
    expect(readParameters(undefined, [assignment], schema)).toEqual(expected);
  });

  test.each([
    ['count=many', '-p count=many: integer is needed'],
    ['count=0.5', '-p count=0.5: integer is needed'],
    ['loud=yes', '-p loud=yes: boolean is needed'],
    ['ratio="1"', '-p ratio="1": integer or number is needed'],
    ['options=[]', '-p options=[]: object is needed'],
    [
      'count=12345678901234567890',
      '-p count=12345678901234567890: this number is too large to be kept exactly; pass it as text',
    ],
    ['count', '-p count: name=value is needed'],
    ['=1', '-p =1: name=value is needed'],
  ])('%s is refused', (assignment, message) => {
    expect(() => readParameters(undefined, [assignment], schema)).toThrow(message);
  });
});

describe('without a schema', () => {
  test.each([
    ['a=1', { a: 1 }],
    ['a="1"', { a: '1' }],
    ['a=one', { a: 'one' }],
    ['a=', { a: '' }],
    ['a=null', { a: null }],
    ['a={"b":[true]}', { a: { b: [true] } }],
  ])('%s', (assignment, expected) => {
    expect(readParameters(undefined, [assignment], undefined)).toEqual(expected);
  });

  test('any JSON value comes through as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // What a double can't keep exactly is refused, as the test above says.
        fc.pre(!Number.isInteger(value) || Number.isSafeInteger(value));
        const text = JSON.stringify(value);
        expect(readParameters(undefined, [`a=${text}`], undefined)).toEqual({ a: JSON.parse(text) });
      }),
    );
  });
});

describe('--params', () => {
  test('-p goes over it, key by key', () => {
    expect(readParameters('{"a":1,"b":2}', ['b=3', 'c=4', 'c=5'], undefined)).toEqual({ a: 1, b: 3, c: 5 });
  });

  test('a key called __proto__ is a key', () => {
    const parameters = readParameters('{"__proto__":1}', ['__proto__=2'], undefined);
    expect(Object.entries(parameters)).toEqual([['__proto__', 2]]);
  });

  test.each([['nonsense'], ['[1]'], ['null'], ['"text"'], ['']])('%j is refused', (params) => {
    expect(() => readParameters(params, [], undefined)).toThrow(/^--params: /);
  });
});
