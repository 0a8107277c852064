import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationText, isoTime, parseDuration, parseRfc3339, relativeTime } from './times.ts';

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

describe('RFC 3339', () => {
  test.each([
    ['2026-01-31T12:00:00Z', now],
    ['2026-01-31t12:00:00z', now],
    ['2026-01-31T14:00:00+02:00', now],
    ['2026-01-31T12:00:00.250Z', now + 250],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ])('%s', (text, ms) => {
    expect(parseRfc3339(text)).toBe(ms);
  });

  test.each([
    ['2026-01-31'],
    ['2026-01-31T12:00:00'],
    ['2026-02-30T12:00:00Z'],
    ['2025-02-29T12:00:00Z'],
    ['2026-13-01T12:00:00Z'],
    ['2026-01-31T25:00:00Z'],
    ['10m'],
    ['tomorrow'],
    [''],
  ])('%j is none', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  test('what isoTime writes, it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0) }), (ms) => {
        expect(parseRfc3339(isoTime(ms))).toBe(ms);
      }),
    );
  });
});
