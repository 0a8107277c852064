import { readFileSync } from 'node:fs';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { expect, test } from 'vitest';
import { setup } from './setup.ts';

test('a run: acknowledged, RUNNING, its prints, COMPLETED, in this order and each once', async () => {
  const { store, start, run } = await setup();
  const agent = await start();
  const order = run({ say: ['one', 'two'] });
  store.assign(order);
  await store.transitionOf(order.id, StateType.COMPLETED);
  expect(store.acks).toMatchObject([{ flowRunId: order.id, epoch: 1, refusedReason: '' }]);
  const history = store.history.get(order.id) ?? [];
  expect(history[0]).toBe('RUNNING');
  expect(history.at(-1)).toBe('COMPLETED');
  expect(new Set(history.slice(1, -1))).toEqual(new Set(['logs']));
  expect(store.logs.get(order.id)).toEqual(['one', 'two']);
  expect(store.transitions[0]?.infrastructure?.pid).toBeGreaterThan(0);
  expect(store.hellos).toMatchObject([{ agentId: agent.id, workQueueNames: ['default'], slots: 2, runs: [] }]);
});

test('50 runs on 4 slots: 4 at once, never more, and all are run', async () => {
  const { store, start, run, file, release } = await setup();
  await start({ slots: 4, idleProcesses: 2 });
  const orders = Array.from({ length: 50 }, () => run({ trace: file('trace'), say: ['here'], until: file('go') }));
  store.assign(...orders);
  await store.until(() => store.logs.size === 4);
  expect({ credit: store.credit, acks: store.acks.length }).toEqual({ credit: 0, acks: 4 });
  release('go');
  await store.until(() => orders.every(({ id }) => store.statesOf(id).includes('COMPLETED')));
  let now = 0;
  const counts = [...readFileSync(file('trace'), 'utf8')].map((sign) => {
    now += sign === '+' ? 1 : -1;
    return now;
  });
  expect(counts).toHaveLength(100);
  expect(Math.max(...counts)).toBe(4);
  expect(store.fetches).toBe(1);
  expect(store.acks.filter(({ refusedReason }) => refusedReason)).toEqual([]);
  await store.until(() => store.credit === 4);
});

test('an assignment that comes twice is run once, and its credit is given back', async () => {
  const { store, start, run } = await setup();
  await start();
  const order = run({});
  store.assign(order, order);
  await store.transitionOf(order.id, StateType.COMPLETED);
  store.assign(order);
  await store.until(() => store.acks.length === 3 && store.credit === 2);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
});

test('a process that is killed makes the run CRASHED, with the signal and its last words', async () => {
  const { store, start, run } = await setup();
  await start();
  const order = run({ stderr: 'about to fall\n', die: 'SIGKILL' });
  store.assign(order);
  const { state, infrastructure } = await store.transitionOf(order.id, StateType.CRASHED);
  expect(state?.cause).toBe('process-ended');
  expect(state?.message).toMatch(/signal SIGKILL[\s\S]*about to fall/);
  expect(infrastructure?.signal).toBe('SIGKILL');
  expect(store.transitions.at(-1)?.actor).toBe('agent:tester');
  await store.until(() => store.credit === 2);
});

test('a failure is retried in the same process where the server leaves it there, and else let go', async () => {
  const { store, start, run } = await setup();
  await start();
  const retry = (epoch: number) => ({
    status: TransitionStatus.REJECT,
    state: {
      type: StateType.SCHEDULED,
      name: 'AwaitingRetry',
      timestamp: { seconds: 1_000n },
      details: { scheduledTime: { seconds: 1_000n }, epoch },
    },
  });
  const rejected = new Set<string>();
  store.decide = ({ state, flowRunId, epoch }) => {
    if (state?.type !== StateType.COMPLETED || rejected.has(flowRunId)) return undefined;
    rejected.add(flowRunId);
    return retry(flowRunId === kept.id ? epoch : epoch + 1);
  };
  const kept = run({});
  const revoked = run({});
  store.assign(kept, revoked);
  await store.until(() => store.statesOf(kept.id).length === 4 && store.credit === 2);
  expect(store.statesOf(kept.id)).toEqual(['RUNNING', 'COMPLETED', 'RUNNING', 'COMPLETED']);
  expect(store.statesOf(revoked.id)).toEqual(['RUNNING', 'COMPLETED']);
});

test('a state that the server refuses for good ends the run as CRASHED, with the reason', async () => {
  const { store, start, run } = await setup();
  await start();
  store.decide = ({ state }) =>
    state?.type === StateType.COMPLETED
      ? { error: { code: 3, reason: 'DATA_TOO_LARGE', message: 'above 64 KiB' } }
      : undefined;
  const order = run({});
  store.assign(order);
  const { state } = await store.transitionOf(order.id, StateType.CRASHED);
  expect(state?.message).toContain('DATA_TOO_LARGE');
});

test('a run given to another is stopped, and nothing more is said about it', async () => {
  const { store, start, run, children } = await setup();
  await start({ idleProcesses: 0 });
  const order = run({ hang: true });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  await store.until(() => store.say);
  store.say?.({ message: { case: 'stop', value: { flowRunId: order.id, epoch: 1, reason: 'given to another' } } });
  await store.until(() => store.credit === 2);
  expect(children()).toEqual([]);
  expect(store.statesOf(order.id)).toEqual(['RUNNING']);
});
