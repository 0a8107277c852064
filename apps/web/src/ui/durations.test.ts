import { expect, test } from 'vitest';
import { durationShort, durationWords, lengthWords } from './durations.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

test.for([
  [0, '0 ms'],
  [140.4, '140 ms'],
  [2_540, '2.5 s'],
  [59_999, '59.9 s'],
  [minute, '1 min'],
  [90 * second, '1 min 30 s'],
  [83_457, '1 min 23 s'],
  [119_999.7, '1 min 59 s'],
  [hour + 30 * minute + 5 * second, '1 h 30 min'],
  [3 * day + 2 * hour, '3 d 2 h'],
] as const)('%d ms took %s', ([ms, text]) => expect(durationShort(ms)).toBe(text));

test.for([
  [second, 'second'],
  [10 * second, '10 seconds'],
  [1_500, '1.5 seconds'],
  [minute, 'minute'],
  [90 * minute, 'hour and 30 minutes'],
  [day, 'day'],
  [2 * day + hour + 1_000, '2 days, 1 hour and 1 second'],
] as const)('%d ms: every %s', ([ms, text]) => expect(durationWords(ms)).toBe(text));

test.for([
  [0, '0 seconds'],
  [5, '0.005 seconds'],
  [second, '1 second'],
  [90 * minute, '1 hour and 30 minutes'],
  [day + hour + 1_000, '1 day, 1 hour and 1 second'],
] as const)('%d ms are %s', ([ms, text]) => expect(lengthWords(ms)).toBe(text));
