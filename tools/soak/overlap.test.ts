import { systemClock } from '@millrace/clock';
import { expect, test } from 'vitest';
import { judgeLines } from './overlap/judge-lines.ts';
import { runOverlap } from './overlap.ts';

test.each([
  ['start a 1\nend a 1\nstart b 1\nend b 1', { starts: 2, ends: 2, killed: 0, mostAtOnce: 1 }],
  ['start a 1\nstart b 2\nend a 1\nend b 2', { starts: 2, ends: 2, killed: 0, mostAtOnce: 2 }],
  ['start a 1\nstart b 2\nend b 2', { starts: 2, ends: 1, killed: 1, mostAtOnce: 1 }],
])('%j is judged', (text, counts) => {
  expect(judgeLines(text)).toEqual(counts);
});

test('200 quick fires of slow flows: never two at once, each accounted for, a killed one lets the next on', {
  timeout: 120_000,
}, async ({ signal }) => {
  const results = await runOverlap({ clock: systemClock, stop: signal });
  expect(results.flatMap(({ policy, problems }) => problems.map((problem) => `${policy}: ${problem}`))).toEqual([]);
  expect(results.map(({ fires }) => fires)).toEqual([200, 200]);
});
