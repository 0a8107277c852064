import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { unavailable } from '@millrace/rpc/errors';
import { expect, test } from 'vitest';
import { setup } from './setup.ts';

test('a server that is killed in mid-run and comes back: the run completes, each state is written once', async () => {
  const { store, start, run, release, file, stopServer, restartServer } = await setup();
  const agent = await start();
  const order = run({ say: ['before'], until: file('go') });
  store.assign(order);
  await store.until(() => store.logs.has(order.id));
  await stopServer();
  release('go');
  await restartServer();
  await store.transitionOf(order.id, StateType.COMPLETED);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
  expect(store.logs.get(order.id)).toEqual(['before']);
  await store.until(() => store.hellos.length > 1 && store.credit === 2);
  expect(store.hellos.at(-1)?.agentId).toBe(agent.id);
});

test('a reply that is lost is asked for again, under the same request id', async () => {
  const { store, start, run } = await setup();
  await start();
  let lost = 0;
  store.beforeReply = () => {
    lost += 1;
    if (lost % 2 === 1) throw unavailable('TEST', 'the reply is lost');
  };
  const order = run({});
  store.assign(order);
  await store.until(() => store.requests === 4);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
});

test('Hello names what is held; a drain leads to a new stream and touches no run', async () => {
  const { store, start, run, release, file } = await setup();
  await start();
  const order = run({ until: file('go') }, { epoch: 7 });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  store.say?.({ message: { case: 'drain', value: {} } });
  await store.until(() => store.hellos.length === 2 && store.credit === 1);
  expect(store.hellos[1]?.runs).toMatchObject([{ flowRunId: order.id, epoch: 7 }]);
  release('go');
  await store.transitionOf(order.id, StateType.COMPLETED);
  await store.until(() => store.credit === 2);
});

test('a server that echoes no heartbeats is left for a new stream', async () => {
  const { store, start } = await setup();
  store.heartbeatMs = 20;
  store.echoes = false;
  await start();
  await store.until(() => store.hellos.length >= 3);
  store.echoes = true;
  const streams = store.hellos.length;
  await store.until(() => store.credit === 2);
  expect(store.hellos.length).toBeGreaterThanOrEqual(streams);
});

test('an agent that is started before its server connects once that is there', async () => {
  const { store, start, run, stopServer, restartServer } = await setup();
  await stopServer();
  await start();
  await restartServer();
  const order = run({});
  store.assign(order);
  await store.transitionOf(order.id, StateType.COMPLETED);
});

test('a drained agent goes to the other copy of the scheduler', async () => {
  const { store, url, start } = await setup();
  const other = await setup();
  await start({ urls: { deployments: url, orchestrator: url, scheduler: `${url},${other.url}` } });
  await store.until(() => store.credit === 2);
  store.say?.({ message: { case: 'drain', value: {} } });
  await other.store.until(() => other.store.credit === 2);
  expect(store.hellos).toHaveLength(1);
});
