import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignRows, displayWidth } from './table.ts';

test.each([
  ['abc', 3],
  ['', 0],
  ['e\u0301', 1],
  ['日本', 4],
  ['🚀', 2],
])('%j takes %i columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('columns are aligned, also behind wide characters, and no line ends in blanks', () => {
  expect(
    alignRows([
      ['NAME', 'TAGS', 'ID'],
      ['日本', '', '1'],
      ['hello', 'a, b', ''],
    ]),
  ).toEqual(['NAME   TAGS  ID', '日本         1', 'hello  a, b']);
});

test('every cell of a column begins at the same place', () => {
  const row = fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.stringMatching(/^[a-z]{1,9}$/));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), (rows) => {
      const starts = alignRows(rows).map((line) => /^[a-z]+ +/.exec(line)?.[0].length);
      expect(new Set(starts).size).toBe(1);
    }),
  );
});
