import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../errors.ts';
import { every } from './every.ts';
import { checkOptions } from './read-terms.ts';
import type { ScheduleOptions } from './schedule-options.ts';

const all: ScheduleOptions = {
  slug: 'nightly',
  timezone: 'Europe/Berlin',
  active: false,
  parameters: { since: new Date(0), list: [1] },
  dstGap: 'skip',
  dstFold: 'second',
  jitter: '30s',
  overlap: 'buffer-one',
  catchUp: 'latest',
  expireAfter: '6h',
};

test('everything that can be said of a schedule', () => {
  const { jitter: _, expireAfter: __, ...same } = all;
  const parameters = { since: '1970-01-01T00:00:00.000Z', list: [1] };
  const terms = { ...same, parameters, jitterMs: 30_000, expireAfterMs: 21_600_000 };
  expect(checkOptions(all)).toEqual(terms);
  expect(every('1d', all)).toEqual({ kind: 'interval', intervalMs: 86_400_000, ...terms });
  expect(checkOptions({})).toEqual({});
});

describe('refused', () => {
  test.each<[string, object, string]>([
    ['an unknown option', { overlp: 'skip' }, "a schedule has no option 'overlp'; did you mean 'overlap'?"],
    ['one that is far from all', { colourful: 1 }, "a schedule has no option 'colourful'; there are slug, timezone,"],
    ['an unknown gap', { dstGap: 'next' }, "dstGap must be 'auto', 'next-valid' or 'skip', not 'next'"],
    ['an unknown fold', { dstFold: 1 }, "dstFold must be 'auto', 'first', 'second' or 'both', not 1"],
    ['an unknown overlap', { overlap: 'SKIP' }, "overlap must be 'allow', 'skip' or 'buffer-one', not 'SKIP'"],
    ['an unknown catch-up', { catchUp: null }, "catchUp must be 'all', 'latest' or 'none', not null"],
    ['a switch that is none', { active: 'yes' }, "active must be true or false, not 'yes'"],
    ['parameters that are a list', { parameters: [1] }, "a schedule's parameters must be an object"],
    ['parameters that JSON lacks', { parameters: { a: 1n } }, "a schedule's parameters must be JSON"],
    [
      'a jitter that is none',
      { jitter: 'some' },
      "a schedule's jitter must be a duration, not 'some': whole milliseconds, or",
    ],
    ['a jitter below nothing', { jitter: '-1s' }, "a schedule's jitter must be a duration, not '-1s'"],
    ['an end that is none', { expireAfter: 1.5 }, "a schedule's expireAfter must be a duration, not 1.5: whole"],
    ['a duration that is nothing', { jitter: null }, "a schedule's jitter must be a duration, not null"],
    ['too much jitter', { jitter: '25h' }, "jitter must be at most 1d, not '25h'"],
    ['too early an end', { expireAfter: 999 }, 'expireAfter must be from 1s to 3650d, not 999 milliseconds'],
    ['too late an end', { expireAfter: '3651d' }, 'expireAfter must be from 1s to 3650d'],
    ['an unknown zone', { timezone: 'Europe/Atlantis' }, "there is no timezone 'Europe/Atlantis'; IANA names"],
    ['an offset as a zone', { timezone: '+02:00' }, "there is no timezone '+02:00'"],
  ])('%s', (_name, options, message) => {
    expect(() => checkOptions(options)).toThrow(DefinitionError);
    expect(() => checkOptions(options)).toThrow(message);
  });
});
