import { expect, test } from 'vitest';
import { decide, initialFlowRun } from '../src/index.ts';

const now = 1_000_000;

test.each([
  ['a deployment run is queued for another, however short the delay', 'd', 'REJECT', 'AwaitingRetry', 2, null],
  ['an ad-hoc run, which no queue offers, has failed', null, 'ACCEPT', 'Failed', 1, null],
])('with a process that can make no other attempt %s', (_says, deploymentId, status, name, epoch, holderId) => {
  const made = { id: 'r', deploymentId, maxRetries: 2, retryDelaysMs: [5_000], scheduledTime: now, message: '' };
  const running = {
    ...initialFlowRun(made, now).state,
    type: 'RUNNING' as const,
    name: 'Running',
    scheduledTime: null,
  };
  const run = { ...initialFlowRun(made, now), state: running, runCount: 1, epoch: 1, holderId: 'h' };
  const { answer, next } = decide(run, { kind: 'holder', epoch: 1 }, { type: 'FAILED', endsProcess: true }, { now });
  expect(answer.status).toBe(status);
  expect(next).toMatchObject({ state: { name }, epoch, holderId });
});
