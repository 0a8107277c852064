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

test('an anchor without an offset is what the clocks of the timezone show', () => {
  const options = { anchor: '2026-03-01T09:00', timezone: 'Europe/Rome' };
  expect(every('1d', options)).toMatchObject({ anchorMs: undefined, anchorWallMs: Date.UTC(2026, 2, 1, 9) });
  expect(every('1d', { anchor: '2026-03-01' })).toMatchObject({ anchorWallMs: Date.UTC(2026, 2, 1) });
});

describe('refused', () => {
  const noAnchor = "a schedule's anchor must be a Date, or a time that there is, such as '2026-01-31T09:00'";
  test.each<[string, unknown, EveryOptions, string]>([
    ['less than a second', '999ms', {}, "a schedule's interval must be from 1s to 3650d, not '999ms'"],
    ['few milliseconds', 90, {}, "a schedule's interval must be from 1s to 3650d, not 90 milliseconds"],
    ['more than ten years', '3651d', {}, "a schedule's interval must be from 1s to 3650d, not '3651d'"],
    ['no duration', 'daily', {}, "a schedule's interval must be a duration, not 'daily'"],
    ['less than nothing', -5, {}, "a schedule's interval must be a duration, not -5: whole milliseconds"],
    ['a list', [1], {}, "a schedule's interval must be a duration, not a list"],
    ['an unknown timezone', '1d', { timezone: 'Europe/Atlantis' }, "there is no timezone 'Europe/Atlantis'"],
    ['an anchor that is no time', '1d', { anchor: 'noon' }, noAnchor],
    [
      'an anchor in no month',
      '1d',
      { anchor: '2026-13-01T09:00:00Z' },
      `${noAnchor} or '2026-01-31T09:00:00Z', not '2026-13`,
    ],
    ['an anchor on no day', '1d', { anchor: '2026-02-30T00:00:00Z' }, noAnchor],
    ['an anchor on no day of the timezone', '1d', { anchor: '2026-02-30' }, noAnchor],
    [
      'a broken Date',
      '1d',
      { anchor: new Date(Number.NaN) },
      `${noAnchor} or '2026-01-31T09:00:00Z', not Invalid Date`,
    ],
    ['a bad slug', '1d', { slug: 'a/b' }, 'the name of a schedule must not contain'],
  ])('%s', (_name, duration, options, message) => {
    const make = () => every(duration as string, options);
    expect(make).toThrow(DefinitionError);
    expect(make).toThrow(message);
  });
});
