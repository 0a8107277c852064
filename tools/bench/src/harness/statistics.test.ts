import { expect, test } from 'vitest';
import { median, quantile, summarise, summariseRatios } from './statistics.ts';

test.each([
  [[5], 0.99, 5],
  [[3, 1, 2], 0.5, 2],
  [[1, 2, 3, 4], 0.5, 2.5],
  [[10, 0], 0.9, 9],
  [[1, 2, 3, 4, 5], 0, 1],
  [[1, 2, 3, 4, 5], 1, 5],
  // As numbers, not as texts.
  [[10, 9, 100], 1, 100],
])('quantile of %j at %d is %d', (values, share, expected) => {
  expect(quantile(values, share)).toBeCloseTo(expected, 10);
});

test('nothing has no quantile', () => {
  expect(() => median([])).toThrow(RangeError);
});

test('a summary', () => {
  const values = Array.from({ length: 101 }, (_, index) => 100 - index);
  expect(summarise(values)).toEqual({ n: 101, mean: 50, p50: 50, p90: 90, p99: 99 });
});

test('one slow round moves the most, not the median', () => {
  expect(summariseRatios([1.2, 9, 1.1])).toEqual({ median: 1.2, min: 1.1, max: 9 });
});
