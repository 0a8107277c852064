import { openZones } from '@millrace/schedules';
import { describe, expect, test } from 'vitest';
import { UsageError } from './usage-error.ts';
import { readZonedTime } from './zoned-time.ts';

const zones = openZones();
const read = (text: string, timezone = 'Europe/Berlin') =>
  new Date(readZonedTime('from', text, zones.open(timezone))).toISOString();

test.each([
  ['RFC 3339', '2026-07-01T09:00:00Z', '2026-07-01T09:00:00.000Z'],
  ['RFC 3339 with an offset', '2026-07-01T09:00:00+05:30', '2026-07-01T03:30:00.000Z'],
  ['an offset without seconds', '2026-07-01T09:00+05:30', '2026-07-01T03:30:00.000Z'],
  ['what clocks show', '2026-07-01T09:00', '2026-07-01T07:00:00.000Z'],
  ['with seconds, and a space', '2026-01-01 09:00:30.250', '2026-01-01T08:00:30.250Z'],
  ['a date', '2026-01-01', '2025-12-31T23:00:00.000Z'],
  ['a time that is left out', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
  ['the first of two', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ['just after both', '2026-10-25T03:00', '2026-10-25T02:00:00.000Z'],
])('%s', (_, text, instant) => {
  expect(read(text)).toBe(instant);
});

test('in zones without changes, and far from UTC', () => {
  expect(read('2026-07-01', 'UTC')).toBe('2026-07-01T00:00:00.000Z');
  expect(read('2026-07-01', 'Pacific/Kiritimati')).toBe('2026-06-30T10:00:00.000Z');
  expect(read('9999-12-31T23:59', 'Europe/Berlin')).toBe('9999-12-31T22:59:00.000Z');
});

describe('refused', () => {
  test.each(['noon', '2026-02-30', '2026-07-01T25:00', '2026-07-01T9:00', '2026-07-01+02:00', ''])('%j', (text) => {
    expect(() => read(text)).toThrow(UsageError);
    expect(() => read(text)).toThrow(`--from ${text}: a time such as`);
  });
});
