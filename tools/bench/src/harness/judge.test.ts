import { expect, test } from 'vitest';
import { figuresOf, isWithin, verdictOn } from './judge.ts';
import type { Round } from './play-rounds.ts';
import type { Comparison, Limit, Measured } from './scenario.ts';

const times = (...samplesMs: number[]): Measured => ({ kind: 'times', samplesMs, rows: { made: samplesMs.length } });
const rate = (count: number, seconds: number): Measured => ({ kind: 'rate', count, seconds, rows: { made: count } });
const round = (measured: Record<string, Measured>): Round => ({
  measured: new Map(Object.entries(measured)),
  stolen: 0,
});

const p50: Comparison = {
  name: 'ours / theirs',
  of: { leg: 'ours', measure: 'p50' },
  to: { leg: 'theirs', measure: 'p50' },
};

test('ratios are taken within each round', () => {
  // The second round was ten times as slow for both: over all samples together the ratio would be another.
  const rounds = [
    round({ ours: times(2, 2, 2), theirs: times(1) }),
    round({ ours: times(30), theirs: times(10, 10, 10) }),
    round({ ours: times(4), theirs: times(1) }),
  ];
  expect(verdictOn(p50, rounds).ratio).toEqual({ median: 3, min: 2, max: 4 });
});

test('without another side it is the figure itself', () => {
  const rounds = [round({ ours: times(120) }), round({ ours: times(180, 220) }), round({ ours: times(90) })];
  const alone: Comparison = { name: 'ours, ms', of: p50.of, limit: { atMost: 150 } };
  expect(verdictOn(alone, rounds)).toMatchObject({ ratio: { median: 120, min: 90, max: 200 }, holds: true });
});

test('rates compare as rates', () => {
  const rounds = [round({ ours: rate(100, 2), theirs: rate(50, 5) })];
  const comparison: Comparison = {
    ...p50,
    of: { leg: 'ours', measure: 'rate' },
    to: { leg: 'theirs', measure: 'rate' },
  };
  expect(verdictOn(comparison, rounds).ratio.median).toBe(5);
});

test.each([
  [2, { atMost: 2 }, true],
  [2.01, { atMost: 2 }, false],
  [10, { atLeast: 10 }, true],
  [9.99, { atLeast: 10 }, false],
] satisfies [number, Limit, boolean][])('%d within %j: %s', (ratio, limit, expected) => {
  expect(isWithin(ratio, limit)).toBe(expected);
});

test.each([
  [{ atMost: 3 }, true],
  [{ atMost: 1 }, false],
  [undefined, true],
])('the median is held against %j', (limit, holds) => {
  const rounds = [round({ ours: times(2), theirs: times(1) })];
  expect(verdictOn({ ...p50, ...(limit && { limit }) }, rounds).holds).toBe(holds);
});

test.each([
  ['a leg that is not there', { ...p50, of: { leg: 'nobody', measure: 'p50' } }],
  ['a rate of times', { ...p50, of: { leg: 'ours', measure: 'rate' } }],
] satisfies [string, Comparison][])('%s is a mistake in the scenario', (_, comparison) => {
  const rounds = [round({ ours: times(1), theirs: times(1) })];
  expect(() => verdictOn(comparison, rounds)).toThrow();
});

test('figures are of all rounds together', () => {
  const rounds = [round({ ours: times(1, 2), counted: rate(10, 1) }), round({ ours: times(3), counted: rate(40, 2) })];
  expect(figuresOf('ours', rounds)).toMatchObject({ timesMs: { n: 3, p50: 2 }, n: 3, rows: { made: 3 } });
  expect(figuresOf('counted', rounds)).toMatchObject({
    ...{ ratePerSecond: { median: 15, min: 10, max: 20 }, n: 50, rows: { made: 50 } },
  });
});
