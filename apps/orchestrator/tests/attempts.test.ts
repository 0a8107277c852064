import { newId } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { expect, test } from 'vitest';
import { setup } from './setup.ts';

test('the attempt left is made in place, or by another process where this one can make no other', async () => {
  await using app = await setup();
  const fail = async (endsProcess: boolean) => {
    const id = await app.newRun({ maxRetries: 1, retryDelaysMs: [0] });
    const epoch = (await app.claim()).get(id) ?? 0;
    await app.propose(id, epoch, StateType.RUNNING);
    const item = { flowRunId: id, requestId: newId(app.clock), epoch, state: { type: StateType.FAILED, endsProcess } };
    const { answers } = await app.transitions.applyTransitions({ items: [item] });
    expect(answers).toMatchObject([{ status: TransitionStatus.REJECT, state: { name: 'AwaitingRetry' } }]);
    return { id, isKept: answers[0]?.state?.details?.epoch === epoch };
  };
  expect((await fail(false)).isKept).toBe(true);
  const left = await fail(true);
  expect(left.isKept).toBe(false);
  expect([...(await app.claim()).keys()]).toEqual([left.id]);
});
