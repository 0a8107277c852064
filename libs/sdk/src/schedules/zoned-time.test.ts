import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRfc3339, parseWrittenTime } from './zoned-time.ts';

const now = Date.UTC(2026, 0, 31, 12);

test.each([
  ['2026-01-31T12:00:00Z', { instantMs: now }],
  ['2026-01-31T14:00+02:00', { instantMs: now }],
  ['2026-01-31 12:00:00.250', { wallMs: now + 250 }],
  ['2026-01-31t12:00', { wallMs: now }],
  ['2026-01-31', { wallMs: Date.UTC(2026, 0, 31) }],
  ['2026-02-30', undefined],
  ['2026-02-30T12:00', undefined],
  ['2026-02-30T12:00Z', undefined],
  ['2026-01-31Z', undefined],
  ['2026-01-31T9:00', undefined],
  ['noon', undefined],
])('%s as it is written', (text, written) => {
  expect(parseWrittenTime(text)).toEqual(written);
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

  test('what toISOString writes, it reads', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 0) }), (ms) => {
        expect(parseRfc3339(new Date(ms).toISOString())).toBe(ms);
      }),
    );
  });
});
