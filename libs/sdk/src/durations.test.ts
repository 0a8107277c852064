import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDuration } from './durations.ts';
import { DefinitionError } from './errors.ts';

test.each<[number | string, number]>([
  [0, 0],
  [1500, 1500],
  ['0s', 0],
  ['50ms', 50],
  ['1s', 1000],
  ['1.5h', 5_400_000],
  ['1.1s', 1100],
  ['0.001s', 1],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['1h30m', 5_400_000],
  ['1w2d3h4m5s6ms', 788_645_006],
])('%j is %i ms', (duration, ms) => {
  expect(parseDuration(duration)).toBe(ms);
});

describe('refused', () => {
  test.each<[unknown]>([
    [-1],
    [1.5],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [''],
    ['5'],
    ['s'],
    ['-1s'],
    ['+1s'],
    ['1 s'],
    [' 1s'],
    ['1s '],
    ['1S'],
    ['1sec'],
    ['1y'],
    ['1M'],
    ['.5h'],
    ['1.h'],
    ['1e3s'],
    ['30m1h'],
    ['1h1h'],
    ['0.5ms'],
    ['99999999999d'],
    [null],
    [undefined],
    [{}],
    [10n],
  ])('%s', (duration) => {
    expect(() => parseDuration(duration as string)).toThrow(DefinitionError);
  });
});

test('property: the parts of a duration add up', () => {
  const part = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(part, part, part, part, (h, m, s, ms) => {
      expect(parseDuration(`${h}h${m}m${s}s${ms}ms`)).toBe(((h * 60 + m) * 60 + s) * 1000 + ms);
    }),
  );
});
