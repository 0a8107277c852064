import { expect, test } from 'vitest';
import { parseProcessorTicks, stolenShare } from './steal.ts';

const stat = (...ticks: number[]) => `cpu  ${ticks.join(' ')}\ncpu0 9 9 9 9 9 9 9 9 9 9\nintr 1\n`;

test.each([
  [stat(1, 2, 3, 4, 5, 6, 7, 8, 0, 0), { total: 36, stolen: 8 }],
  // Guests' time is within the user's.
  [stat(10, 0, 0, 0, 0, 0, 0, 0, 10, 0), { total: 10, stolen: 0 }],
  // Where there is no /proc.
  ['', { total: 0, stolen: 0 }],
])('ticks of %j', (text, expected) => {
  expect(parseProcessorTicks(text)).toEqual(expected);
});

test.each([
  [{ total: 100, stolen: 5 }, { total: 300, stolen: 25 }, 0.1],
  [{ total: 100, stolen: 5 }, { total: 100, stolen: 5 }, 0],
])('between %j and %j', (before, after, share) => {
  expect(stolenShare(before, after)).toBe(share);
});
