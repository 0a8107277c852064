import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test.each([
  ['rnu', ['ls', 'run', 'inspect'], 'run'],
  ['list', ['ls', 'run', 'inspect'], 'ls'],
  ['INSPECT', ['ls', 'run', 'inspect'], 'inspect'],
  ['deploy', ['deployment', 'server'], undefined],
  ['xyz', ['ls', 'run'], undefined],
  ['', [], undefined],
])('nearest(%j, %j) is %j', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});

test('the distance is zero for the same word only, the same both ways, and at most the longer length', () => {
  const word = fc.string({ maxLength: 12 });
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance === 0).toBe(a === b);
      expect(editDistance(b, a)).toBe(distance);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});
