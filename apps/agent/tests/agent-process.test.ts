import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from './processes.ts';
import { setup } from './setup.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Started {
  readonly agent: ChildProcess;
  /** Lines of its log so far. */
  readonly log: readonly string[];
}

async function startProcess(args: readonly string[], bundle: Awaited<ReturnType<typeof setup>>): Promise<Started> {
  const environment = { ...bundle.environment, MILLRACE_API_URL: bundle.url, MILLRACE_HOME: bundle.home };
  const child = spawn(process.execPath, [main, ...args], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const log: string[] = [];
  createInterface(child.stderr).on('line', (line) => log.push(line));
  await bundle.store.until(() => bundle.store.credit > 0);
  return { agent: child, log };
}

test('kill -9 of the agent: its run goes on and tells its end by itself, idle processes end', async () => {
  const bundle = await setup();
  const { store, run, release, file, children } = bundle;
  const { agent } = await startProcess(['default', '--slots', '2'], bundle);
  const order = run({ say: ['before'], until: file('go') });
  store.assign(order);
  const { infrastructure } = await store.transitionOf(order.id, StateType.RUNNING);
  await store.until(() => store.logs.has(order.id));
  agent.kill('SIGKILL');
  await expect.poll(children, { timeout: 10_000 }).toEqual([infrastructure?.pid]);
  release('go');
  await store.transitionOf(order.id, StateType.COMPLETED);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
  expect(store.transitions.at(-1)?.actor).toBe('engine');
  await expect.poll(() => isAlive(infrastructure?.pid ?? 0), { timeout: 10_000 }).toBe(false);
});

test('SIGTERM: running work ends, then the agent does, with 0 and nothing left', async () => {
  const bundle = await setup();
  const { store, run, release, file, children } = bundle;
  const { agent } = await startProcess(['--work-queue', 'default'], bundle);
  const order = run({ until: file('go') });
  store.assign(order);
  await store.transitionOf(order.id, StateType.RUNNING);
  agent.kill('SIGTERM');
  await store.until(() => store.hellos.length === 2);
  const exited = once(agent, 'exit');
  release('go');
  expect(await exited).toEqual([0, null]);
  expect(store.statesOf(order.id)).toEqual(['RUNNING', 'COMPLETED']);
  expect(children()).toEqual([]);
});

test('a queue that is missing is named once, with the command that makes it', async () => {
  const bundle = await setup();
  const { store } = bundle;
  store.missingQueues = ['etl'];
  const { agent, log } = await startProcess(['etl'], bundle);
  store.say?.({ message: { case: 'drain', value: {} } });
  await store.until(() => store.hellos.length === 2 && store.credit > 0);
  agent.kill('SIGTERM');
  await once(agent, 'close');
  expect(log.filter((line) => line.includes("millrace work-queue create 'etl'"))).toHaveLength(1);
});
