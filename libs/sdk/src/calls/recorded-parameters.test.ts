import fc from 'fast-check';
import { expect, test } from 'vitest';
import { recordedParameters } from './recorded-parameters.ts';

test.each<[string, Record<string, unknown>, object]>([
  ['JSON stays', { a: [1, 'x', null, { b: true }] }, { a: [1, 'x', null, { b: true }] }],
  ['what JSON drops becomes a text', { a: undefined, b: Symbol('s') }, { a: 'undefined', b: 'Symbol(s)' }],
  ['what JSON can not write becomes a text', { a: 5n }, { a: '5n' }],
  ['what says itself how it is written is asked', { a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }],
  ['a NaN is what JSON makes of it', { a: Number.NaN }, { a: null }],
  [
    'a value that throws when it is written',
    {
      a: {
        toJSON: () => {
          throw new Error('no');
        },
      },
    },
    { a: expect.any(String) },
  ],
])('%s', (_name, given, recorded) => {
  expect(recordedParameters(given)).toEqual(recorded);
});

test('a value that refuses to be looked at does not keep the flow from being called', () => {
  const refuse = () => {
    throw new Error('no');
  };
  const shy = { toJSON: refuse, [Symbol.for('nodejs.util.inspect.custom')]: refuse };
  expect(recordedParameters({ shy, a: 1 })).toEqual({ shy: '(can not be shown)', a: 1 });
});

test('what is nested too deeply becomes a text, brackets in texts aside', () => {
  const nest = (levels: number): unknown => (levels === 0 ? 1 : [nest(levels - 1)]);
  const recorded = recordedParameters({ fine: nest(28), deep: nest(29), text: '['.repeat(50) });
  expect(recorded).toEqual({ fine: nest(28), deep: expect.any(String), text: '['.repeat(50) });
});

test('a name that objects have is a name', () => {
  const given = JSON.parse('{"__proto__": 1, "a": 2}') as Record<string, unknown>;
  expect(JSON.stringify(recordedParameters(given))).toBe('{"__proto__":1,"a":2}');
});

test('what is too large is named by its size, and the others stay', () => {
  const large = 'x'.repeat(400 * 1024);
  const recorded = recordedParameters({ first: large, second: large, third: 3 });
  expect(recorded.first).toBe(large);
  expect(recorded.second).toMatch(/^\(not kept: \d+ bytes as JSON\)$/);
  expect(recorded.third).toBe(3);
});

test('whatever is given, what is recorded is JSON and fits', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true, withMap: true })),
      (given) => {
        const recorded = recordedParameters(given);
        expect(JSON.parse(JSON.stringify(recorded))).toEqual(recorded);
        expect(Object.keys(recorded)).toEqual(Object.keys(given));
      },
    ),
  );
});
