import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { invalidArgument, unavailable } from '@millrace/rpc/errors';
import { expect, test } from 'vitest';
import { type OrchestratorOptions, PlayedOrchestrator } from './played-orchestrator.ts';
import { startProgram } from './program.ts';

const { RUNNING, COMPLETED, FAILED } = StateType;

/** Runs a program that calls flows, with everything of this package imported. */
async function run(body: string, options: OrchestratorOptions = {}) {
  const stack = new AsyncDisposableStack();
  const orchestrator = stack.use(await PlayedOrchestrator.start(options));
  const program = stack.use(await start(body, orchestrator.url));
  const end = await program.ended;
  return { ...end, orchestrator, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function start(body: string, url: string) {
  const source = `import { flow, getRunContext, getRunLogger, MillraceClient, ParameterError, RunStoppedError } from 'millrace';
void [getRunContext, getRunLogger, MillraceClient, ParameterError, RunStoppedError];
${body}`;
  return startProgram(source, { MILLRACE_API_URL: url });
}

const statesOf = (orchestrator: PlayedOrchestrator) => orchestrator.transitions.map(({ state }) => state?.type);

/** Has a failed run tried again at once, twice. */
const retrying: OrchestratorOptions['answer'] = ({ state, epoch }, count) =>
  state?.type === FAILED && count < 5
    ? {
        status: TransitionStatus.REJECT,
        state: {
          name: 'AwaitingRetry',
          timestamp: timestampFromMs(0),
          details: { scheduledTime: timestampFromMs(0), epoch },
        },
      }
    : { status: TransitionStatus.ACCEPT };

test('a call is a run: made, begun, heard, ended, and its result is given', async () => {
  await using ran = await run(`
const double = flow('double', async ({ x }) => {
  console.log('doubling %d', x);
  getRunLogger().warn('careful');
  return { twice: x * 2, id: getRunContext().run.id, name: getRunContext().run.name };
});
console.log('before');
console.log(JSON.stringify(await double({ x: 4 })));`);
  const [created] = ran.orchestrator.created;
  expect(created).toMatchObject({ flowName: 'double', parameters: { x: 4 }, parentFlowRunId: '', tags: [] });
  expect(created?.retryPolicy).toBeUndefined();
  expect(ran).toMatchObject({
    code: 0,
    stdout: `before\ndoubling 4\n{"twice":8,"id":"${created?.id}","name":"run 1"}\n`,
    stderr: 'careful\n',
  });
  expect(statesOf(ran.orchestrator)).toEqual([RUNNING, COMPLETED]);
  expect(ran.orchestrator.transitions[0]?.infrastructure?.pid).toBeGreaterThan(1);
  expect(ran.orchestrator.batches.flatMap(({ records }) => records)).toMatchObject([
    { level: 30, logger: 'console', message: 'doubling 4' },
    { level: 40, logger: 'flow', message: 'careful' },
  ]);
  // The last words are stored before the last state.
  expect(ran.orchestrator.calls.filter((call) => call !== 'renew').slice(-2)).toEqual(['logs', 'transition']);
});

test('flows called in flows are child runs, each with its own lines, side by side too', async () => {
  await using ran = await run(`
const inner = flow('inner', async ({ n }) => { await null; console.log('inner', n); return getRunContext().run.id; });
const outer = flow('outer', async () => [getRunContext().run.id, ...await Promise.all([1, 2].map((n) => inner({ n })))]);
console.log(JSON.stringify(await outer()));`);
  const [outer, ...inner] = ran.orchestrator.created;
  expect(inner.map(({ parentFlowRunId }) => parentFlowRunId)).toEqual([outer?.id, outer?.id]);
  const ids = JSON.parse(ran.stdout.trim().split('\n').at(-1) ?? '') as string[];
  expect(ids[0]).toBe(outer?.id);
  expect(new Set(ids)).toEqual(new Set(ran.orchestrator.created.map(({ id }) => id)));
  for (const { flowRunId, records } of ran.orchestrator.batches) {
    const made = inner.find(({ id }) => id === flowRunId);
    expect(records.map(({ message }) => message)).toEqual([`inner ${made?.parameters?.n}`]);
  }
});

test('what a flow throws its caller gets, and the server is told', async () => {
  await using ran = await run(`
class Odd extends Error { odd = 7 }
const thrown = new Odd('oops');
try { await flow('f', async () => { throw thrown; })(); } catch (error) { console.log(error === thrown); }`);
  expect(ran).toMatchObject({ code: 0, stdout: 'true\n' });
  expect(ran.orchestrator.transitions.at(-1)?.state).toMatchObject({
    type: FAILED,
    message: 'The flow threw an error. Error: oops',
  });
});

test('retries are made in place, and what the last attempt came to is what counts', async () => {
  await using ran = await run(
    `const f = flow({ name: 'f', retries: 2, retryDelay: '1ms' }, async () => {
  const { attempt } = getRunContext().run;
  if (attempt < 3) throw new Error('not yet');
  return attempt;
});
console.log(await f());`,
    { answer: retrying },
  );
  expect(ran).toMatchObject({ code: 0, stdout: '3\n' });
  expect(ran.orchestrator.created[0]?.retryPolicy).toMatchObject({ maxRetries: 2, delays: [{ nanos: 1_000_000 }] });
  expect(statesOf(ran.orchestrator)).toEqual([RUNNING, FAILED, RUNNING, FAILED, RUNNING, COMPLETED]);
});

test('a timeout aborts the signal and rejects the call', async () => {
  await using ran = await run(`
const f = flow({ name: 'f', timeout: '20ms' }, async (_, { signal }) => {
  await new Promise((resolve) => signal.addEventListener('abort', resolve));
  console.log('aborted');
});
await f().catch((error) => console.log(error.name));`);
  expect(ran.stdout).toBe('aborted\nTimeoutError\n');
  expect(ran.orchestrator.transitions.at(-1)?.state).toMatchObject({ type: FAILED, name: 'TimedOut' });
});

test('bad parameters fail the run, naming each path', async () => {
  await using ran = await run(`
const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'is odd', path: ['a', 0] }] }) } };
await flow({ name: 'f', parameters: schema }, () => console.log('never'))({ a: [1] }).catch((error) => console.log(error.name, error.issues.length));`);
  expect(ran.stdout).toBe('ParameterError 1\n');
  expect(ran.orchestrator.transitions.at(-1)?.state).toMatchObject({
    type: FAILED,
    message: expect.stringContaining('a.0: is odd'),
  });
});

test('values that are no JSON reach the flow as they are', async () => {
  await using ran = await run(`
const circle = {}; circle.circle = circle;
const given = { call: () => 1, circle, big: 5n, gone: undefined, at: new Date(0) };
await flow('f', (parameters) => console.log(Object.keys(given).every((key) => parameters[key] === given[key])))(given);`);
  expect(ran.stdout).toBe('true\n');
  expect(ran.orchestrator.created[0]?.parameters).toMatchObject({
    call: '[Function: call]',
    circle: expect.stringContaining('Circular'),
    big: '5n',
    at: '1970-01-01T00:00:00.000Z',
  });
});

test('a server that fails is tried again, and the same run is meant', async () => {
  await using orchestrator = await PlayedOrchestrator.start({ failures: 1 });
  await using program = await start(
    `const f = flow('f', async () => { console.log('x'); });
await f().catch((error) => console.log(error.code));
await f();
console.log('over');`,
    orchestrator.url,
  );
  // What a program calls is answered: that the server has no time now, too.
  expect(await program.ended).toMatchObject({ code: 0, stdout: '14\nx\nover\n' });
  const requests = orchestrator.transitions.map(({ requestId, state }) => `${state?.type} ${requestId}`);
  expect(new Set(requests).size).toBe(2);
  expect(requests.length).toBeGreaterThan(2);
});

test('a run that the server gave up ends for its caller, and its signal is aborted', async () => {
  let isLost = false;
  await using orchestrator = await PlayedOrchestrator.start({ lost: () => isLost });
  await using program = await start(
    `const f = flow('f', async (_, { signal }) => {
  const open = setInterval(() => {}, 1000);
  signal.addEventListener('abort', () => { console.log('aborted'); clearInterval(open); });
  console.log('runs');
  await new Promise(() => {});
});
await f().catch((error) => console.log(error instanceof RunStoppedError, error.flowRunId));`,
    orchestrator.url,
  );
  await program.said('runs');
  isLost = true;
  const end = await program.ended;
  expect(end).toMatchObject({ code: 0, stdout: `runs\naborted\ntrue ${orchestrator.created[0]?.id}\n` });
  expect(orchestrator.renewals.at(-1)).toMatchObject({
    holderId: orchestrator.created[0]?.holderId,
    runs: [{ flowRunId: orchestrator.created[0]?.id, epoch: 1 }],
  });
});

test.each([
  ['that it may not begin', { answer: () => ({ status: TransitionStatus.ABORT }) }, 'RunStoppedError'],
  [
    'that it may not be made',
    { refuse: () => invalidArgument([{ field: 'flow_name', description: 'is bad' }]) },
    'MillraceError',
  ],
] as const)('the server says %s', async (_name, options, name) => {
  await using ran = await run(
    `await flow('f', () => console.log('never'))().catch((error) => console.log(error.name));`,
    options,
  );
  expect(ran.stdout).toBe(`${name}\n`);
});

test('a nested call waits for the server as its flow does', async () => {
  let calls = 0;
  // The second run can't be made at first.
  const refuse = () => (++calls === 2 ? unavailable('TEST', 'not now') : undefined);
  await using ran = await run(
    `const inner = flow('inner', () => 'made');
console.log(await flow('outer', () => inner())());`,
    { refuse },
  );
  expect(ran).toMatchObject({
    code: 0,
    stdout: 'made\n',
    stderr: expect.stringContaining("'inner' waits for the server"),
  });
  expect(new Set(ran.orchestrator.created.map(({ id }) => id)).size).toBe(2);
});

test('where the settings name a server that is not there, it is said what to do', async () => {
  await using program = await start(
    `await flow('f', () => 1)().catch((error) => console.log(error.name, error.message));`,
    'http://127.0.0.1:1',
  );
  const { stdout } = await program.ended;
  expect(stdout).toMatch(
    /^NoServerError no Millrace server answers at http:\/\/127\.0\.0\.1:1\. Start one with: millrace server start\./,
  );
});

test('without a server nothing is looked for, in nested calls neither', async () => {
  await using program = await startProgram(
    `import { flow } from 'millrace';
import { withoutServer } from 'millrace/testing';
const inner = flow('inner', async ({ x }: { x: number }) => x + 1);
const outer = flow('outer', async () => { await new Promise(setImmediate); return inner({ x: 1 }); });
console.log(await withoutServer(() => outer()));`,
    { MILLRACE_PORT: '0' },
  );
  expect(await program.ended).toEqual({ code: 0, stdout: '2\n', stderr: '' });
});

test('a program of its own ends when its flows have', async () => {
  await using ran = await run(`await flow('f', () => 1)(); console.log('over');`);
  expect(ran).toMatchObject({ code: 0, stdout: 'over\n', stderr: '' });
});
