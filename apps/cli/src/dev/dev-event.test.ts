import { expect, test } from 'vitest';
import { type DevEvent, wordsOf } from './dev-event.ts';

const run = { time: '2026-01-31T09:00:00.250Z', flowRunId: 'an-id', flowRun: 'kind-moose' };
const log = { event: 'log', ...run, level: 30, logger: 'console' } as const;
const state = { event: 'state', ...run, type: 'STATE_TYPE_FAILED' } as const;
const deployment = { event: 'deployment', id: 'an-id', name: 'f/d', version: 3 } as const;

test.each<[DevEvent, string]>([
  [{ ...log, message: 'Hello!' }, '09:00:00.250Z kind-moose  | Hello!'],
  [{ ...log, message: 'a\u001b[2Jb' }, '09:00:00.250Z kind-moose  | ab'],
  [{ ...log, time: '2026-01-31T09:00:00Z', message: '' }, '09:00:00Z     kind-moose  | '],
  [{ ...state, name: 'Failed', message: 'Error: no' }, '09:00:00.250Z kind-moose  Failed: Error: no'],
  [{ ...state, name: 'Completed', message: '' }, '09:00:00.250Z kind-moose  Completed'],
  [{ ...deployment, outcome: 'created' }, "Created deployment 'f/d'."],
  [{ ...deployment, outcome: 'updated' }, "Updated deployment 'f/d' to version 3."],
  [{ ...deployment, outcome: 'unchanged' }, "Deployment 'f/d' is unchanged (version 3)."],
  [{ event: 'changed', files: ['a.ts', 'b.ts'] }, 'Changed: a.ts, b.ts'],
  [
    { event: 'unfollowed', flowRunId: 'an-id', flowRun: 'kind-moose', why: 'gone' },
    "kind-moose  can't be followed any more: gone",
  ],
])('%j is told', (event, words) => {
  expect(wordsOf(event)).toBe(words);
});
