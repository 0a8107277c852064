import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { describe, expect, test } from 'vitest';
import { openHttpTransport } from '../src/engine/http-transport.ts';
import { Link } from '../src/engine/link.ts';
import { startGate } from './gate.ts';
import { flowFile, PlayedAgent } from './played-agent.ts';
import { PlayedOrchestrator } from './played-orchestrator.ts';

const wait = 'await (await fetch(process.env.GATE)).text();';
const waitBlocking = `(await import('node:child_process')).execFileSync(process.execPath, ['-e', 'fetch(process.env.GATE)']);`;

const urlsOf = ({ url }: PlayedOrchestrator) => ({ deployments: url, orchestrator: url, scheduler: url });

/** A run that logs, waits at a gate, logs again and returns; its agent goes while it waits. */
async function leftAlone(orchestrator: PlayedOrchestrator, waiting = wait) {
  const gate = await startGate();
  const agent = await PlayedAgent.start({
    files: {
      'flow.ts': flowFile(
        `console.log('before'); await new Promise(setImmediate); ${waiting} console.log('after'); return 7;`,
      ),
    },
    assignment: { epoch: 3, urls: urlsOf(orchestrator), env: { GATE: gate.url } },
  });
  await gate.reached;
  await agent.until(() => agent.batches.length === 1);
  agent.child.disconnect();
  agent.child.stdout?.destroy();
  agent.child.stderr?.destroy();
  return { agent, gate };
}

test('a run whose agent goes becomes its own holder, goes on, and ends', async () => {
  await using orchestrator = await PlayedOrchestrator.start();
  const { agent, gate } = await leftAlone(orchestrator);
  await using _agent = agent;
  await using _gate = gate;
  await orchestrator.until(() => orchestrator.renewals.length === 1);
  expect(orchestrator.renewals[0]).toMatchObject({
    holderId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name: expect.stringContaining(`engine ${agent.child.pid} on `),
    runs: [{ flowRunId: agent.assignment().flowRunId, epoch: 3 }],
  });
  gate.open();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(orchestrator.calls).toEqual(['renew', 'logs', 'transition']);
  // Batches, sequence numbers and epoch go on where they were.
  expect(orchestrator.batches[0]).toMatchObject({ epoch: 3, batchId: 2n });
  expect(orchestrator.batches[0]?.records[0]).toMatchObject({ message: 'after', sequence: 2n, level: 30 });
  const [last] = orchestrator.transitions;
  expect(last).toMatchObject({ epoch: 3, state: { type: StateType.COMPLETED, data: { encoding: 'json' } } });
  expect(new TextDecoder().decode(last?.state?.data?.blob)).toBe('7');
});

test.each([
  ['RUNNING', 1],
  ['COMPLETED', 2],
])('an unanswered %s is sent again under its request id', async (_name, which) => {
  await using orchestrator = await PlayedOrchestrator.start();
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('return 1;') },
    assignment: { urls: urlsOf(orchestrator) },
    answer: (_transition, count) => (count === which ? undefined : { status: 'ACCEPT' }),
  });
  await agent.until(() => agent.transitions.length === which);
  agent.child.disconnect();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(orchestrator.transitions[0]?.requestId).toBe(agent.transitions.at(-1)?.requestId);
  expect(orchestrator.transitions.at(-1)?.state?.type).toBe(StateType.COMPLETED);
  expect(orchestrator.calls[0]).toBe('renew');
});

test('an unanswered batch of logs is sent again under its id, before what comes after it', async () => {
  await using orchestrator = await PlayedOrchestrator.start();
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.log(1); await new Promise(setImmediate); console.log(2);') },
    assignment: { urls: urlsOf(orchestrator) },
    store: () => false,
  });
  await agent.until(() => agent.batches.length === 1);
  agent.child.disconnect();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(orchestrator.lines).toEqual(['1', '2']);
  expect(orchestrator.batches.map(({ batchId }) => batchId)).toEqual([1n, 2n]);
  expect(orchestrator.calls).toEqual(['renew', 'logs', 'logs', 'transition']);
});

test('a server that fails is tried again with the same ids', async () => {
  await using failing = await PlayedOrchestrator.start({ failures: 1 });
  const { agent, gate } = await leftAlone(failing);
  await using _agent = agent;
  await using _gate = gate;
  gate.open();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(failing.calls).toEqual(['renew', 'renew', 'logs', 'logs', 'transition', 'transition']);
  expect(failing.batches.map(({ batchId }) => batchId)).toEqual([2n, 2n]);
  expect(new Set(failing.transitions.map(({ requestId }) => requestId)).size).toBe(1);
});

test.each(['logs', 'transition'] as const)('a call of %s that is never answered is made again', async (hangs) => {
  await using orchestrator = await PlayedOrchestrator.start({ hangs });
  const link = new Link();
  const unexpected = (error: unknown) => expect.unreachable(String(error));
  const assignment = { ...PlayedAgent.assignment('/nowhere'), urls: urlsOf(orchestrator) };
  const options = { assignment, clock: systemClock, link, lost: unexpected, fail: unexpected, callTimeoutMs: 50 };
  link.use(await openHttpTransport(options));
  await link.writeLogs([{ level: 30, logger: 'x', message: 'x', timestamp: 0, sequence: 1 }]);
  expect(await link.propose({ type: 'COMPLETED', timestamp: 0 })).toMatchObject({ status: 'ACCEPT' });
  expect(orchestrator.calls.filter((call) => call === hangs)).toHaveLength(2);
});

test('a failure that is to be tried again soon is tried again in place', async () => {
  await using orchestrator = await PlayedOrchestrator.start({
    answer: ({ state, epoch }) =>
      state?.type === StateType.FAILED
        ? {
            status: TransitionStatus.REJECT,
            state: {
              name: 'AwaitingRetry',
              timestamp: timestampFromMs(5_000),
              details: { scheduledTime: timestampFromMs(5_010), epoch },
            },
          }
        : { status: TransitionStatus.ACCEPT },
  });
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('if (ctx.run.attempt === 1) throw new Error("x");') },
    assignment: { urls: urlsOf(orchestrator) },
    answer: () => undefined,
  });
  await agent.until(() => agent.transitions.length === 1);
  agent.child.disconnect();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  const { RUNNING, FAILED, COMPLETED } = StateType;
  expect(orchestrator.transitions.map(({ state }) => state?.type)).toEqual([RUNNING, FAILED, RUNNING, COMPLETED]);
});

describe('it stops, and writes nothing,', () => {
  test('when the run is lost', async () => {
    await using orchestrator = await PlayedOrchestrator.start({ lost: () => true });
    const { agent, gate } = await leftAlone(orchestrator);
    await using _agent = agent;
    await using _gate = gate;
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(orchestrator.calls).toEqual(['renew']);
  });

  test('when its epoch is stale', async () => {
    await using orchestrator = await PlayedOrchestrator.start({
      answer: () => ({ error: { code: 9, reason: 'STALE_EPOCH', message: 'given to another' } }),
    });
    await using agent = await PlayedAgent.start({
      files: { 'flow.ts': flowFile('console.log("never");') },
      assignment: { urls: urlsOf(orchestrator) },
      answer: () => undefined,
    });
    await agent.until(() => agent.transitions.length === 1);
    agent.child.disconnect();
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(orchestrator.calls).toEqual(['renew', 'transition']);
    expect(await agent.stderr).toContain('STALE_EPOCH');
  });
});

test('the lease is renewed while user code blocks the process', async () => {
  await using orchestrator = await PlayedOrchestrator.start();
  // The process must notice that its agent has gone before it is blocked: it first waits for the first renewal.
  const gate = await startGate();
  await using second = await startGate();
  await using _gate = gate;
  const body = `${wait} ${waitBlocking.replace('process.env.GATE', 'process.env.SECOND')} return 1;`;
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile(body) },
    assignment: { urls: urlsOf(orchestrator), env: { GATE: gate.url, SECOND: second.url } },
  });
  await gate.reached;
  agent.child.disconnect();
  await orchestrator.until(() => orchestrator.renewals.length === 1);
  gate.open();
  await second.reached;
  await orchestrator.until(() => orchestrator.renewals.length === 2);
  second.open();
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(new Set(orchestrator.renewals.map(({ holderId }) => holderId)).size).toBe(1);
});
