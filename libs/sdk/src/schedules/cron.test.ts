import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../errors.ts';
import { type CronOptions, cron } from './cron.ts';

test('an expression with its options', () => {
  expect(cron(' 0 12 13 * fri ', { dayOr: false, timezone: 'Europe/Paris' })).toEqual({
    kind: 'cron',
    cron: '0 12 13 * fri',
    dayOr: false,
    timezone: 'Europe/Paris',
  });
  expect(cron('0 9 * * * 30')).toMatchObject({ cron: '0 9 * * * 30', dayOr: undefined });
  expect(cron('@daily', { slug: 'nightly' })).toMatchObject({ cron: '@daily', slug: 'nightly' });
});

describe('refused', () => {
  test.each<[string, unknown, object, string]>([
    ['four fields', '0 9 * *', {}, "'0 9 * *' is not a cron expression: five fields"],
    ['seven fields', '0 0 9 * * * 2026', {}, 'is not a cron expression'],
    ['nothing', ' ', {}, "' ' is not a cron expression"],
    ['no text', 5, {}, '5 is not a cron expression'],
    ['dayOr that is no switch', '0 9 * * *', { dayOr: 'no' }, "a schedule's dayOr must be true or false, not 'no'"],
    [
      "another kind's option",
      '0 9 * * *',
      { anchor: '2026-01-01T00:00:00Z' },
      "a schedule has no option 'anchor'; there are slug,",
    ],
  ])('%s', (_name, expression, options, message) => {
    const make = () => cron(expression as string, options as CronOptions);
    expect(make).toThrow(DefinitionError);
    expect(make).toThrow(message);
  });
});
