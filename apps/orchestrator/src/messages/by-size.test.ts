import { expect, test } from 'vitest';
import { bySize } from './by-size.ts';

test.for<[string, number[], number[][]]>([
  ['nothing', [], []],
  ['what fits', [4, 6], [[4, 6]]],
  ['what does not', [4, 7, 3], [[4], [7, 3]]],
  ['one too large on its own', [1, 11, 1], [[1], [11], [1]]],
])('%s', ([, sizes, expected]) => {
  expect([...bySize(sizes, (size) => size, 10)]).toEqual(expected);
});
