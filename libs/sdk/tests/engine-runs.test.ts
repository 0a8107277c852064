import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { enginePath } from '../src/engine/index.ts';
import { dataOf, flowFile, PlayedAgent } from './played-agent.ts';
import { temporaryFiles } from './temporary-files.ts';

const repository = new URL('../../..', import.meta.url).pathname;

test('a run: RUNNING, what it says, COMPLETED with its result, exit 0', async () => {
  await using agent = await PlayedAgent.start({
    files: {
      'flow.ts': `import { greet } from './lib/greet.ts';\n${flowFile('console.log(greet(parameters.name)); return { said: 1 };')}`,
      'lib/greet.ts': `export const greet = (name: string): string => 'Hello ' + name;`,
    },
    assignment: { parameters: { name: 'Arthur' } },
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'COMPLETED']);
  expect(agent.transitions[0]?.infrastructure).toEqual({ pid: agent.child.pid, host: hostname() });
  expect(dataOf(agent.states[1])).toEqual({ said: 1 });
  expect(agent.lines).toEqual(['Hello Arthur']);
  expect(agent.messages.map(({ type }) => type)).toEqual(['ready', 'transition', 'loaded', 'logs', 'transition']);
  expect(await agent.stderr).toBe('');
});

test('user code finds no parent process to talk to', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile(`process.send?.('ready'); return typeof process.send;`) },
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.messages.map(({ type }) => type)).toEqual(['ready', 'transition', 'loaded', 'transition']);
  expect(dataOf(agent.states.at(-1))).toBe('undefined');
});

test('user code is not loaded before RUNNING was accepted', async () => {
  await using marks = await temporaryFiles({ mark: '' });
  await using agent = await PlayedAgent.start({
    files: {
      'flow.ts': `import { appendFileSync } from 'node:fs';\nappendFileSync(process.env.MARK ?? '', 'loaded');\n${flowFile('')}`,
    },
    assignment: { env: { MARK: marks.in('mark') } },
    answer: (_transition, count) => (count === 1 ? { status: 'WAIT', delayMs: 1, reason: 'later' } : undefined),
  });
  await agent.until(() => agent.transitions.length === 2);
  expect(await readFile(marks.in('mark'), 'utf8')).toBe('');
  expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'RUNNING']);
  expect(new Set(agent.transitions.map(({ requestId }) => requestId)).size).toBe(2);
  agent.accept();
  await agent.until(() => agent.transitions.length === 3);
  expect(await readFile(marks.in('mark'), 'utf8')).toBe('loaded');
});

describe('what a flow returns', () => {
  test.each<[string, string, unknown, RegExp | undefined]>([
    ['nothing', '', undefined, undefined],
    ['null', 'return null;', null, undefined],
    ['a value', 'return [1, "ä"];', [1, 'ä'], undefined],
    ['a function', 'return () => 1;', undefined, /a function is not JSON/],
    ['a bigint', 'return 1n;', undefined, /not JSON/],
    ['a circle', 'const a: unknown[] = []; a.push(a); return a;', undefined, /not JSON/],
    ['what throws when looked at', 'return { toJSON() { throw new Error("no"); } };', undefined, /not JSON/],
    ['too much', 'return "x".repeat(70_000);', undefined, /70002 bytes/],
  ])('%s', async (_name, body, data, message) => {
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body) } });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    const last = agent.states.at(-1);
    expect(last?.type).toBe('COMPLETED');
    expect(dataOf(last)).toEqual(data);
    if (message) expect(last?.message).toMatch(message);
    else expect(last?.message).toBeUndefined();
  });
});

describe('what fails', () => {
  test.each<[string, string, string, RegExp, string]>([
    ['a throw', flowFile('throw new TypeError("boom");'), 'Failed', /TypeError: boom/, 'TypeError'],
    ['a thrown text', flowFile('throw "boom";'), 'Failed', /boom/, 'Error'],
    ['a throw while loading', `throw new RangeError('early');`, 'Failed', /could not be loaded.*early/s, 'ScriptError'],
    ['code that does not parse', 'const = 1;', 'Failed', /could not be loaded/, 'ScriptError'],
    [
      'no flow of that name',
      flowFile('').replace(`'f'`, `'g'`),
      'Failed',
      /no flow named 'f'.*'g'/,
      'FlowNotFoundError',
    ],
    [
      'a package that is not there',
      `import 'not-installed';\n${flowFile('')}`,
      'Failed',
      /'not-installed'.*working directory.*agent/s,
      'ScriptError',
    ],
  ])('%s is FAILED', async (_name, file, _state, message, error) => {
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': file } });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'FAILED']);
    const last = agent.states.at(-1);
    expect(last?.message).toMatch(message);
    expect(dataOf(last)).toMatchObject({ name: error, message: expect.any(String) });
    const said = agent.records.at(-1);
    expect(said).toMatchObject({ level: 50, logger: 'engine' });
    expect(agent.messages.at(-1)?.type).toBe('transition');
  });

  test("the stack names the place in the user's file", async () => {
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile('\n\nthrow new Error("boom");') } });
    await agent.exited;
    expect(dataOf(agent.states.at(-1))).toMatchObject({
      stack: expect.stringContaining(`${agent.files.path}/flow.ts:5:`),
    });
  });

  test('a timeout is FAILED named TimedOut, and aborts the signal', async () => {
    const body =
      'await new Promise((done) => ctx.signal.addEventListener("abort", () => { console.log(ctx.signal.reason.name); done(1); }));';
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body, `timeout: '20ms'`) } });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(agent.states.at(-1)).toMatchObject({ type: 'FAILED', name: 'TimedOut' });
    expect(agent.lines).toEqual(['TimeoutError']);
  });

  test('a timeout counts for code that never yields, too', async () => {
    const body = 'const end = performance.now() + 60; while (performance.now() < end); return 1;';
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body, `timeout: '20ms'`) } });
    await agent.exited;
    expect(agent.states.at(-1)).toMatchObject({ type: 'FAILED', name: 'TimedOut' });
  });

  test('parameters that do not fit, each with its path', async () => {
    const file = `import { z } from 'zod';\n${flowFile('return parameters;', `parameters: z.object({ count: z.number(), to: z.object({ name: z.string() }) })`)}`;
    await using agent = await PlayedAgent.start({
      files: { 'flow.ts': file },
      assignment: { parameters: { count: 'x', to: {} }, workingDirectory: repository },
    });
    await agent.exited;
    expect(agent.states.at(-1)?.type).toBe('FAILED');
    expect(agent.states.at(-1)?.message).toMatch(/count: .*; to\.name: /);
  });

  test('a working directory that is not there', async () => {
    await using agent = await PlayedAgent.start({
      files: { 'flow.ts': flowFile('') },
      assignment: { workingDirectory: '/not/there' },
    });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(agent.states.map(({ type }) => type)).toEqual(['FAILED']);
    expect(agent.states[0]?.message).toContain('/not/there');
  });
});

test('parameters are coerced by the schema, and the context tells of the run', async () => {
  const file = `import { z } from 'zod';\n${flowFile(
    'return { parameters, same: getRunContext() === ctx, run: ctx.run, at: ctx.scheduledTime, given: ctx.parameters };',
    `parameters: z.object({ name: z.string().default('world') })`,
  )}`;
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': file },
    assignment: { workingDirectory: repository, runCount: 2, deploymentName: 'f/d' },
  });
  await agent.exited;
  expect(dataOf(agent.states.at(-1))).toMatchObject({
    parameters: { name: 'world' },
    given: {},
    same: true,
    run: { id: '01890a5d-ac96-774b-bcce-b302099a8057', flowName: 'f', deploymentName: 'f/d', attempt: 3, tags: ['a'] },
    at: '2026-01-01T00:00:00.000Z',
  });
});

describe('packages', () => {
  test('are found from the working directory, by import and by require', async () => {
    await using project = await temporaryFiles({
      'node_modules/esm/package.json': '{"type":"module","exports":"./a.js"}',
      'node_modules/esm/a.js': 'import { b } from "deep"; export const a = "esm " + b;',
      'node_modules/deep/package.json': '{"type":"module","exports":"./b.js"}',
      'node_modules/deep/b.js': 'export const b = "deep";',
      'node_modules/cjs/index.js': 'exports.c = "cjs";',
      'node_modules/cjs/package.json': '{}',
    });
    await using agent = await PlayedAgent.start({
      files: {
        'flow.ts': `import { a } from 'esm'; import { c } from 'cjs'; import old from './old.cjs';\n${flowFile('return [a, c, old.d, process.cwd()];')}`,
        'old.cjs': `exports.d = require('cjs').c + ' required';`,
      },
      assignment: { workingDirectory: project.path },
    });
    await agent.exited;
    expect(dataOf(agent.states.at(-1))).toEqual(['esm deep', 'cjs', 'cjs required', project.path]);
  });

  test('that throw while they are loaded are not taken for missing', async () => {
    await using project = await temporaryFiles({
      'node_modules/bad/package.json': '{"type":"module","exports":"./a.js"}',
      'node_modules/bad/a.js': 'throw new Error("bad package");',
    });
    await using agent = await PlayedAgent.start({
      files: { 'flow.ts': `import 'bad';\n${flowFile('')}` },
      assignment: { workingDirectory: project.path },
    });
    await agent.exited;
    expect(agent.states.at(-1)?.message).toContain('bad package');
  });
});

describe('the end of the process', () => {
  test('does not wait for what user code left open', async () => {
    const body = `setInterval(() => {}, 1000); (await import('node:net')).createServer().listen(0, '127.0.0.1');`;
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body) } });
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(agent.states.at(-1)?.type).toBe('COMPLETED');
  });

  test('an idle one ends when its agent is gone', async () => {
    await using agent = new PlayedAgent(await temporaryFiles(), { files: {} });
    await agent.until(() => agent.messages.length === 1);
    agent.child.disconnect();
    expect(await agent.exited).toEqual({ code: 0, signal: null });
  });

  test.each([
    ['an exception', 'setImmediate(() => { throw new Error("stray"); }); await new Promise(() => {});'],
    ['a rejection', 'void Promise.reject(new Error("stray")); await new Promise(() => {});'],
  ])('%s that nobody caught is CRASHED, exit 1', async (_name, body) => {
    await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(`console.log('before'); ${body}`) } });
    expect(await agent.exited).toEqual({ code: 1, signal: null });
    expect(agent.states.map(({ type }) => type)).toEqual(['RUNNING', 'CRASHED']);
    expect(agent.states.at(-1)?.message).toContain('stray');
    expect(agent.lines).toEqual(['before']);
    expect(agent.records.at(-1)).toMatchObject({ level: 60, logger: 'engine' });
  });

  test('an agent that no longer reads what is printed ends nothing', async () => {
    const body = `for (let i = 0; i < 200; i++) { console.log('line', i); console.error('line', i); await new Promise(setImmediate); } return 1;`;
    await using agent = await PlayedAgent.start({
      files: { 'flow.ts': flowFile(body) },
      answer: () => undefined,
    });
    await agent.until(() => agent.transitions.length === 1);
    agent.child.stdout?.destroy();
    agent.child.stderr?.destroy();
    agent.accept();
    await agent.until(() => agent.transitions.length === 2);
    agent.accept();
    expect(await agent.exited).toEqual({ code: 0, signal: null });
    expect(agent.lines.length).toBe(400);
  });
});

test('a process whose folder is gone is warmed up all the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-'));
  const child = fork(enginePath, { cwd: folder, serialization: 'advanced', execArgv: [] });
  await once(child, 'message');
  await rm(folder, { recursive: true });
  child.send({ type: 'warm-up' });
  child.send({ type: 'stop', reason: 'the test is over' });
  expect(await once(child, 'exit')).toEqual([0, null]);
});
