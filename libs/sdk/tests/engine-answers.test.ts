import { expect, test } from 'vitest';
import { type AgentOptions, dataOf, flowFile, PlayedAgent } from './played-agent.ts';

test('a rejected failure that is to be tried again soon is tried again in place', async () => {
  const body =
    'console.log("attempt", ctx.run.attempt); if (ctx.run.attempt < 3) throw new Error("again"); return ctx.run.attempt;';
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile(body) },
    answer: ({ state }) =>
      state.type === 'FAILED'
        ? { status: 'REJECT', stateName: 'AwaitingRetry', reason: 'attempts left', retryInMs: 5 }
        : { status: 'ACCEPT' },
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  const types = ['RUNNING', 'FAILED', 'RUNNING', 'FAILED', 'RUNNING', 'COMPLETED'];
  expect(agent.states.map(({ type }) => type)).toEqual(types);
  expect(agent.lines).toEqual(['attempt 1', 'attempt 2', 'attempt 3']);
  expect(dataOf(agent.states.at(-1))).toBe(3);
  expect(agent.records.map(({ sequence }) => sequence)).toEqual(agent.records.map((_, i) => i + 1));
});

const retryInPlace: AgentOptions['answer'] = ({ state }) =>
  state.type === 'FAILED' && !state.endsProcess
    ? { status: 'REJECT', stateName: 'AwaitingRetry', reason: 'attempts left', retryInMs: 5 }
    : { status: 'ACCEPT' };

test('a retry in place finds a flow that the entry imports and does not export', async () => {
  await using agent = await PlayedAgent.start({
    files: {
      'flow.ts': `import './flows.ts';`,
      'flows.ts': flowFile('if (ctx.run.attempt === 1) throw new Error("again"); return "found";'),
    },
    answer: retryInPlace,
  });
  await agent.exited;
  expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'FAILED', 'RUNNING', 'COMPLETED']);
  expect(dataOf(agent.states.at(-1))).toBe('found');
});

test('each attempt gets the parameters as they were given', async () => {
  const body =
    'parameters.items.pop(); if (ctx.run.attempt === 1) throw new Error("again"); return [parameters, ctx.parameters];';
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile(body) },
    assignment: { parameters: { items: [1, 2, 3] } },
    answer: retryInPlace,
  });
  await agent.exited;
  expect(dataOf(agent.states.at(-1))).toEqual([{ items: [1, 2] }, { items: [1, 2, 3] }]);
});

test.each([
  ['whose function goes on after its timeout', 'await new Promise((done) => setTimeout(done, 60_000));', true],
  [
    'whose function heeds its timeout',
    'await new Promise((done) => ctx.signal.addEventListener("abort", done));',
    undefined,
  ],
])('an attempt %s: whether its process can make another', async (_name, body, endsProcess) => {
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body, `timeout: '20ms'`) } });
  await agent.exited;
  expect(agent.states.at(-1)).toMatchObject({ type: 'FAILED', name: 'TimedOut' });
  expect(agent.states.at(-1)?.endsProcess).toBe(endsProcess);
});

test('a module that threw throws for ever in this process, which makes no other attempt', async () => {
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': 'throw new Error("early");' } });
  await agent.exited;
  expect(agent.states.at(-1)).toMatchObject({ type: 'FAILED', endsProcess: true });
});

test.each([
  ['a retry that is left to the queue', { status: 'REJECT', stateName: 'AwaitingRetry', reason: '' }],
  ['another state', { status: 'REJECT', stateName: 'Cancelled', reason: '' }],
  ['an abort', { status: 'ABORT', reason: 'cancelled' }],
] as const)('after %s for an answer the process ends, and says nothing more', async (_name, answer) => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('throw new Error("x");') },
    answer: ({ state }) => (state.type === 'FAILED' ? answer : { status: 'ACCEPT' }),
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'FAILED']);
});

test('an abort of RUNNING: user code never starts', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.log("never");') },
    answer: () => ({ status: 'ABORT', reason: 'terminal' }),
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.messages.map(({ type }) => type)).toEqual(['ready', 'transition']);
});

test('a wait: proposed again after it', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('return 1;') },
    answer: (_transition, count) =>
      count % 2 === 1 ? { status: 'WAIT', delayMs: 5, reason: 'not yet' } : { status: 'ACCEPT' },
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'RUNNING', 'COMPLETED', 'COMPLETED']);
});

test('told to stop, it ends at once and says nothing more', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.log("here"); await new Promise((done) => setTimeout(done, 60_000));') },
  });
  await agent.until(() => agent.batches.length === 1);
  const said = agent.messages.length;
  agent.send({ type: 'stop', reason: 'given to another' });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.messages.length).toBe(said);
});

test('the last state is proposed only when the last records are stored', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.log(1); await new Promise(setImmediate); console.log(2);') },
    store: () => false,
  });
  await agent.until(() => agent.batches.length === 1);
  agent.send({ type: 'logs-stored', batchId: 1 });
  await agent.until(() => agent.batches.length === 2 || agent.transitions.length === 2);
  expect(agent.transitions.length).toBe(1);
  agent.send({ type: 'logs-stored', batchId: 2 });
  await agent.exited;
  expect(agent.lines).toEqual(['1', '2']);
  expect(agent.states.at(-1)?.type).toBe('COMPLETED');
});
