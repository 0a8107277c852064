import { create } from '@bufbuild/protobuf';
import { FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { LogRecordSchema } from '@millrace/contracts/millrace/v1/log_record_pb';
import { StateSchema, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, test } from 'vitest';
import { type Cell, cells } from './cells.ts';
import { type Evidence, judge } from './judge.ts';
import type { KnownOfRun } from './known-of-run.ts';

const [cell] = cells as readonly [Cell];
const state = (name: 'SCHEDULED' | 'RUNNING' | 'COMPLETED', id: string = name) =>
  create(StateSchema, { id, name, type: StateType[name] });
const history = [state('SCHEDULED'), state('RUNNING'), state('COMPLETED')];

function known(states = history, messages = ['attempt 1 began']): KnownOfRun {
  const flowRun = create(FlowRunSchema, { runCount: 1, parameters: { lastWords: false }, state: states.at(-1) });
  return { flowRun, states, logs: messages.map((message) => create(LogRecordSchema, { message })) };
}

function evidence({ after = known(), ...others }: Partial<Evidence>): Evidence {
  const { states, logs, flowRun } = after;
  return {
    before: known(history.slice(0, 2)),
    after,
    notes: [
      { what: 'start', attempt: 1, pid: 1 },
      { what: 'end', attempt: 1, pid: 1 },
    ],
    seen: [
      ...states.map((each) => ({ type: 'state' as const, state: each, flowRun })),
      ...logs.map((record) => ({ type: 'log' as const, record })),
    ],
    ...others,
  };
}

test('finds nothing where all is as it must be', () => expect(judge(cell, evidence({}))).toEqual([]));

const start = { what: 'start', attempt: 1, pid: 1 } as const;
const end = { what: 'end', attempt: 1, pid: 1 } as const;

test.for<readonly [string, Partial<Evidence>, string]>([
  ['an end too many', { after: known([...history, state('COMPLETED', 'second')]) }, 'it ended 2 times'],
  ['no end', { after: known(history.slice(0, 2)) }, 'it is RUNNING, not COMPLETED'],
  ['a state that went', { after: known(history.toSpliced(1, 1)) }, 'the state RUNNING is not there any more'],
  ['a log line that went', { after: known(history, []) }, 'the log lost: attempt 1 began'],
  [
    'a log line twice',
    { after: known(history, ['attempt 1 began', 'attempt 1 began']) },
    "the log has 'attempt 1 began' 2 times",
  ],
  ['a start too many', { notes: [start, start, end] }, 'an attempt began twice: 1, 1'],
  ['code that never ended', { notes: [start] }, 'user code came to its end 0 times'],
  ['a follower who missed something', { seen: [] }, 'who followed saw 0 states of 3'],
])('finds %s', ([, changed, problem]) => {
  expect(judge(cell, evidence(changed)).join('\n')).toContain(problem);
});
