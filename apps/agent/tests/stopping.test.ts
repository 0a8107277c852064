import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, test } from 'vitest';
import { isAlive } from './processes.ts';
import { setup } from './setup.ts';

test('cancel: runs are CANCELLED, and no process is left', async () => {
  const { store, start, run, children } = await setup();
  const agent = await start({ onStop: 'cancel' });
  const order = run({ hang: true });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  expect(children().length).toBeGreaterThan(0);
  await agent[Symbol.asyncDispose]();
  expect(children()).toEqual([]);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'CANCELLED']);
});

test('wait: what runs may end, nothing new is taken, the lease is still renewed', async () => {
  const { store, start, run, release, file, children } = await setup();
  const agent = await start({ onStop: 'wait', graceMs: 60_000 });
  const order = run({ until: file('go') });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  const stopped = agent[Symbol.asyncDispose]();
  await store.until(() => store.hellos.length === 2 && store.say);
  expect(store.credit).toBe(0);
  expect(store.hellos[1]?.runs).toMatchObject([{ flowRunId: order.id }]);
  release('go');
  await stopped;
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
  expect(children()).toEqual([]);
});

test('wait: who takes longer than the grace period is cancelled', async () => {
  const { store, start, run, children } = await setup();
  const agent = await start({ onStop: 'wait', graceMs: 50 });
  const order = run({ hang: true });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  await agent[Symbol.asyncDispose]();
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'CANCELLED']);
  expect(children()).toEqual([]);
});

test('leave: the run’s process goes on and tells its end by itself; idle ones end', async () => {
  const { store, start, run, release, file, children } = await setup();
  const agent = await start({ onStop: 'leave' });
  const order = run({ until: file('go') });
  store.assign(order);
  const { infrastructure } = await store.transitionOf(order.id, StateType.RUNNING);
  await agent[Symbol.asyncDispose]();
  expect(children()).toEqual([infrastructure?.pid]);
  release('go');
  await store.transitionOf(order.id, StateType.COMPLETED);
  expect(store.transitions.at(-1)?.actor).toBe('engine');
  await expect.poll(() => isAlive(infrastructure?.pid ?? 0), { timeout: 10_000 }).toBe(false);
});

test('a run whose code is still being fetched goes back to its queue', async () => {
  const { store, start, run } = await setup();
  const agent = await start();
  const order = run({}, { sha256: 'cd'.repeat(32) });
  const asked = Promise.withResolvers<void>();
  const served = Promise.withResolvers<void>();
  store.beforeDocument = () => {
    asked.resolve();
    return served.promise;
  };
  store.assign(order);
  await asked.promise;
  await agent[Symbol.asyncDispose]();
  served.resolve();
  const { state } = await store.transitionOf(order.id, StateType.CRASHED);
  expect(state?.cause).toBe('never-acknowledged');
});
