import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../errors.ts';
import { type EveryOptions, every } from './every.ts';

test('an interval with its anchor and timezone', () => {
  expect(every('1d', { anchor: '2026-03-01T09:00:00+01:00', timezone: 'Europe/Rome', slug: 'morning' })).toEqual({
    kind: 'interval',
    intervalMs: 86_400_000,
    anchorMs: Date.UTC(2026, 2, 1, 8),
    timezone: 'Europe/Rome',
    slug: 'morning',
  });
  expect(every(10_000, { anchor: new Date(5) })).toMatchObject({
    intervalMs: 10_000,
    anchorMs: 5,
    timezone: undefined,
  });
});

describe('refused', () => {
  test.each<[string, string | number, EveryOptions]>([
    ['less than a second', '999ms', {}],
    ['no duration', 'daily', {}],
    ['an unknown timezone', '1d', { timezone: 'Europe/Atlantis' }],
    ['an anchor without an offset', '1d', { anchor: '2026-03-01T09:00:00' }],
    ['an anchor that is no instant', '1d', { anchor: '2026-13-01T09:00:00Z' }],
    ['a broken Date', '1d', { anchor: new Date(Number.NaN) }],
    ['a bad slug', '1d', { slug: 'a/b' }],
  ])('%s', (_name, duration, options) => {
    expect(() => every(duration, options)).toThrow(DefinitionError);
  });
});
