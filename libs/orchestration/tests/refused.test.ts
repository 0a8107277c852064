import { expect, test } from 'vitest';
import { decide, initialFlowRun } from '../src/index.ts';

test('what agents would not have is offered again a second later, any number of times', () => {
  const now = 1_000_000;
  const made = { id: 'r', deploymentId: 'd', maxRetries: 0, retryDelaysMs: [], scheduledTime: now - 1, message: '' };
  let run = initialFlowRun(made, now - 5);
  for (let time = now, offered = 0; offered < 20; offered++, time += 1_000) {
    const claim = { kind: 'claim', holderId: 'h', workQueueId: 'q' } as const;
    const pending = decide(run, claim, { type: 'PENDING' }, { now: time }).next;
    if (!pending) throw new Error(`not offered the ${offered}th time`);
    const server = { kind: 'server', epoch: pending.epoch } as const;
    const { answer, next } = decide(pending, server, { type: 'CRASHED', cause: 'refused' }, { now: time });
    expect(answer.status).toBe('REJECT');
    expect(next).toMatchObject({
      state: { name: 'Scheduled', scheduledTime: time + 1_000 },
      returns: 0,
      holderId: null,
    });
    run = next ?? run;
  }
});
