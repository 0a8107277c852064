import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonTextDecoder } from './json-text.ts';

const decode = (json: string) => JSON.parse(new JsonTextDecoder().decode(new TextEncoder().encode(json)));

test.each([
  ['"\\ud800"', '\uFFFD'],
  ['"\\uDC00\\ud83d"', '\uFFFD\uFFFD'],
  ['"\\ud83d\\ude00"', '😀'],
  ['"\\\\ud800"', '\\ud800'],
  ['"\\\\\\ud800"', '\\\uFFFD'],
  ['"a\\u0000b"', 'a\0b'],
])('%s is read as %j', (json, expected) => {
  expect(decode(json)).toBe(expected);
});

test('any string comes through as its well-formed self', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = text.replaceAll(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
      expect(decode(`"${escaped}"`)).toBe(text.toWellFormed());
    }),
  );
});
