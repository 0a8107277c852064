import { expect, test } from 'vitest';
import { DefinitionError } from '../errors.ts';
import { rrule } from './rrule.ts';

test('a rule with its options', () => {
  const text = 'DTSTART:20260101T090000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260102T090000';
  expect(rrule(`${text}\n`, { timezone: 'Asia/Tokyo' })).toEqual({
    kind: 'rrule',
    rrule: text,
    timezone: 'Asia/Tokyo',
  });
  expect(rrule('freq=daily').rrule).toBe('freq=daily');
});

test.each([['daily'], [''], [5 as unknown as string]])('%j is none', (text) => {
  expect(() => rrule(text)).toThrow(DefinitionError);
  expect(() => rrule(text)).toThrow('is not a recurrence rule');
});
