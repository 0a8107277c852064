import { create } from '@bufbuild/protobuf';
import { FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateSchema } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, test } from 'vitest';
import type { LiveEvent } from '../../live/live-connection.ts';
import { appendStates } from './run-states.ts';

function entered(ids: readonly string[], isFirst = false): LiveEvent {
  const states = ids.map((id) => create(StateSchema, { id }));
  return { event: { type: 'flow-run', subject: 0, cursor: 'c', flowRun: create(FlowRunSchema), states }, isFirst };
}

test.for([
  ['in order', [entered(['1', '2'], true), entered(['3'])], ['1', '2', '3']],
  [
    'once, where a stream that went on tells them again',
    [entered(['1', '2'], true), entered(['2', '3'])],
    ['1', '2', '3'],
  ],
  ['anew after a first event', [entered(['1', '2'], true), entered(['9'], true)], ['9']],
] as const)('states are there %s', ([_, events, ids]) => {
  expect(appendStates([], events).map(({ id }) => id)).toEqual(ids);
  // The same in separate deliveries.
  const apart = events.reduce<ReturnType<typeof appendStates>>((states, event) => appendStates(states, [event]), []);
  expect(apart.map(({ id }) => id)).toEqual(ids);
});
