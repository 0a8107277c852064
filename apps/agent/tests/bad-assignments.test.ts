import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, test } from 'vitest';
import { setup } from './setup.ts';

test.for([
  ['unknown runner', { runner: { type: 'mainframe' } }, 'no flow runner "mainframe"; it has universal, subprocess'],
  [
    'unknown option',
    { runner: { type: 'subprocess', config: { workingDirectory: '/' } } },
    'did you mean "working_directory"',
  ],
  ['flow data that is no manifest', { encoding: 'pickle' }, 'the encoding "pickle"'],
  ['missing document', { sha256: 'ab'.repeat(32) }, `package ${'ab'.repeat(32)}`],
] as const)('%s: the run is FAILED, says why, and the slot is free again', async ([, more, message]) => {
  const { store, start, run } = await setup();
  await start();
  const order = run({}, more);
  store.assign(order);
  const { state } = await store.transitionOf(order.id, StateType.FAILED);
  expect(state?.message).toContain(message);
  expect(store.statesOf(order.id)).toEqual(['FAILED']);
  await store.until(() => store.credit === 2);
});
