import { expect, test } from 'vitest';
import { durationText, parseDuration, relativeTime } from './times.ts';

const now = Date.UTC(2026, 0, 31, 12);

test.each([
  [0, 'now'],
  [-999, 'now'],
  [-1_000, '1s ago'],
  [59_999, 'in 59s'],
  [-90_000, '1m ago'],
  [3_600_000, 'in 1h'],
  [-86_400_000 * 40, '40d ago'],
])('%i ms from now is %j', (offset, text) => {
  expect(relativeTime(now + offset, now)).toBe(text);
});

test.each([
  [0, '0s'],
  [500, '0.5s'],
  [10_000, '10s'],
  [5_400_000, '1h30m'],
  [86_400_000, '1d'],
  [90_061_001, '1d1h1m1.001s'],
])('%i ms is %j', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['2w', 1_209_600_000],
  ['1s250ms', 1_250],
  ['1m1h', undefined],
  ['1m1m', undefined],
  ['90', undefined],
  ['1.2.3s', undefined],
  ['', undefined],
])('%j is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
