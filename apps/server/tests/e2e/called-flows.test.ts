import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { testDatabase } from '@millrace/db/testing';
import { processSettings } from '@millrace/settings';
import { silentLogger } from '@millrace/telemetry';
import { MillraceClient } from 'millrace/client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readServerFile } from '../../src/server-file.ts';
import { startServer } from '../../src/start.ts';
import { startDetached } from '../../src/start-detached.ts';

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'millrace-called-'));
  onTestFinished(() => rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return home;
}

/** A program that calls flows, beside this file. */
function start(name: string, environment: Readonly<Record<string, string>>, ...line: string[]) {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('MILLRACE_'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', name), ...line], {
    env: { ...Object.fromEntries(inherited), ...environment },
    stdio: 'pipe',
  });
  const said = { stdout: '', stderr: '' };
  for (const output of ['stdout', 'stderr'] as const)
    child[output].setEncoding('utf8').on('data', (text: string) => {
      said[output] += text;
    });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, ...said })),
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said, ended };
}

async function serve(port = 0, db?: { readonly url: string }) {
  const databaseUrl = db?.url ?? onDisposed(await testDatabase()).url;
  const server = await startServer({
    ...{ home: '/nowhere', port, databaseUrl, databaseSchema: 'millrace', ui: false },
    clock: systemClock,
    log: silentLogger(),
  });
  return { server, databaseUrl };
}

function onDisposed<T extends AsyncDisposable>(resource: T): T {
  onTestFinished(async () => resource[Symbol.asyncDispose]());
  return resource;
}

test('a program’s flows are runs of the server, with their states, their logs and their parent', async () => {
  const { server } = await serve();
  onDisposed(server);
  const program = start('nested.ts', { MILLRACE_API_URL: server.url, MILLRACE_HOME: await newHome() });
  expect(await program.ended).toEqual({
    code: 0,
    stdout: 'outer\ninner attempt 1\ninner attempt 2\nresult 9\n',
    stderr: '',
  });
  using client = new MillraceClient({ urls: server.url });
  const runs = await Array.fromAsync(client.allFlowRuns({ sort: 'created' }));
  const [inner, outer] = runs;
  expect(runs.map(({ flowName }) => flowName)).toEqual(['called-inner', 'called-outer']);
  expect(outer).toMatchObject({ parentFlowRunId: '', parameters: { n: 4 }, state: { name: 'Completed' } });
  expect(inner).toMatchObject({
    parentFlowRunId: outer?.id,
    parameters: { n: 4 },
    runCount: 2,
    state: { name: 'Completed' },
  });
  const statesOf = (flowRunId = '') => Array.fromAsync(client.allFlowRunStates(flowRunId), ({ name }) => name);
  expect(await statesOf(outer?.id)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
  expect(await statesOf(inner?.id)).toEqual([
    'Scheduled',
    'Pending',
    'Running',
    'AwaitingRetry',
    'Retrying',
    'Completed',
  ]);
  const linesOf = (flowRunId = '') => Array.fromAsync(client.allLogs({ flowRunId }), ({ message }) => message);
  expect(await linesOf(outer?.id)).toEqual(['outer']);
  expect(await linesOf(inner?.id)).toEqual(['inner attempt 1', expect.stringContaining('not yet'), 'inner attempt 2']);
});

test('a program waits for a server that goes away and comes back, and loses nothing', async () => {
  const db = onDisposed(await testDatabase());
  const first = await serve(0, db);
  const program = start('waiting.ts', { MILLRACE_API_URL: first.server.url, MILLRACE_HOME: await newHome() });
  await vi.waitFor(() => expect(program.said.stdout).toBe('began\n'), { timeout: 60_000 });
  await first.server[Symbol.asyncDispose]();
  program.child.stdin.write('go\n');
  await vi.waitFor(() => expect(program.said.stderr).toContain("the flow 'called-waits' waits for the server"), {
    timeout: 60_000,
  });
  const second = await serve(Number(new URL(first.server.url).port), db);
  onDisposed(second.server);
  expect(await program.ended).toMatchObject({ code: 0, stdout: 'began\ngoes on\nover\n' });
  using client = new MillraceClient({ urls: second.server.url });
  const [run] = await Array.fromAsync(client.allFlowRuns());
  expect(run).toMatchObject({ flowName: 'called-waits', state: { name: 'Completed' } });
  const lines = await Array.fromAsync(client.allLogs({ flowRunId: run?.id ?? '' }), ({ message }) => message);
  expect(lines).toEqual(['began', 'goes on']);
});

test('without a server one is started for the home, for all programs, and gives way to one that somebody starts', async () => {
  const home = await newHome();
  const environment = { MILLRACE_HOME: home, MILLRACE_PORT: '0' };
  const ends = await Promise.all([
    start('nested.ts', environment, '1').ended,
    start('nested.ts', environment, '2').ended,
  ]);
  for (const [index, end] of ends.entries())
    expect(end).toMatchObject({ code: 0, stdout: expect.stringContaining(`result ${(index + 1) * 2 + 1}\n`) });
  expect(ends.map(({ stderr }) => stderr).join('')).toContain(`starting a server for ${home}`);
  const file = await readServerFile(home);
  expect(file).toMatchObject({ detached: true });
  // A third one finds it by what the home says.
  expect(await start('nested.ts', environment, '3').ended).toMatchObject({ code: 0, stderr: '' });
  expect((await stat(join(home, 'server.json'))).mode & 0o777).toBe(0o600);

  const told: string[] = [];
  const server = await startServer({
    ...{ home, port: 0, databaseSchema: 'millrace', ui: false, clock: systemClock, log: silentLogger() },
    onProgress: (line) => told.push(line),
  });
  onDisposed(server);
  expect(told).toContain(`Taking over from the server that a program started (pid ${file?.pid})…`);
  expect(await readServerFile(home)).toEqual({ url: server.url, pid: process.pid, detached: false });
  using client = new MillraceClient({ urls: server.url });
  const runs = await Array.fromAsync(client.allFlowRuns({ filter: { flowNames: ['called-outer'] } }));
  expect(runs.map(({ parameters }) => parameters?.n).sort()).toEqual([1, 2, 3]);
  expect(runs.every(({ state }) => state?.name === 'Completed')).toBe(true);
  expect(await readFile(join(home, 'server.log'), 'utf8')).not.toContain('"level":50');
});

test('a program goes on with the server that takes over in the midst of its flow, and with one that is started anew', async () => {
  const home = await newHome();
  const environment = { MILLRACE_HOME: home, MILLRACE_PORT: '0' };
  const program = start('waiting.ts', environment);
  await vi.waitFor(() => expect(program.said.stdout).toBe('began\n'), { timeout: 60_000 });
  const server = await startServer({
    ...{ home, port: 0, databaseSchema: 'millrace', ui: false, clock: systemClock, log: silentLogger() },
  });
  program.child.stdin.write('go\n');
  expect(await program.ended).toMatchObject({ code: 0, stdout: 'began\ngoes on\nover\n' });

  const other = start('waiting.ts', environment);
  await vi.waitFor(() => expect(other.said.stdout).toBe('began\n'), { timeout: 60_000 });
  await server[Symbol.asyncDispose]();
  other.child.stdin.write('go\n');
  expect(await other.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('starting a server') });
  const file = await readServerFile(home);
  onTestFinished(() => void process.kill(file?.pid ?? 0, 'SIGTERM'));
  using client = new MillraceClient({ urls: file?.url ?? '' });
  const states = await Array.fromAsync(client.allFlowRuns(), ({ state }) => state?.name);
  expect(states).toEqual(['Completed', 'Completed']);
});

test('a server that a program started ends some time after its last client, and its home is free', async () => {
  const home = await newHome();
  const settings = processSettings({ MILLRACE_HOME: home, MILLRACE_PORT: '0' });
  const detached = await startDetached({ settings, clock: systemClock, log: silentLogger(), unusedMs: 4_000 });
  const unused = detached.unused(new AbortController().signal);
  const isOver = vi.fn();
  void unused.then(isOver);
  const program = start('waiting.ts', { MILLRACE_HOME: home, MILLRACE_PORT: '0' });
  await vi.waitFor(() => expect(program.said.stdout).toBe('began\n'), { timeout: 60_000 });
  expect(isOver).not.toHaveBeenCalled();
  program.child.stdin.write('go\n');
  expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  await unused;
  await detached[Symbol.asyncDispose]();
  expect(await readServerFile(home)).toBeUndefined();
});

test('it stays as long as a run is held by a program that was killed, so that its end is seen', async () => {
  const home = await newHome();
  const settings = processSettings({ MILLRACE_HOME: home, MILLRACE_PORT: '0' });
  const said = vi.fn();
  const log = Object.assign(silentLogger(), { info: said });
  const detached = onDisposed(await startDetached({ settings, clock: systemClock, log, unusedMs: 500 }));
  const unused = detached.unused(new AbortController().signal);
  const isOver = vi.fn();
  void unused.then(isOver);
  // Connected for as long as the program takes to start.
  const first = new MillraceClient({ urls: detached.url });
  await Array.fromAsync(first.allFlowRuns());
  const program = start('waiting.ts', { MILLRACE_HOME: home, MILLRACE_PORT: '0' });
  await vi.waitFor(() => expect(program.said.stdout).toBe('began\n'), { timeout: 60_000 });
  first[Symbol.dispose]();
  program.child.kill('SIGKILL');
  await program.ended;
  await vi.waitFor(() => expect(said).toHaveBeenCalledTimes(2), { timeout: 20_000 });
  expect(isOver).not.toHaveBeenCalled();
  const client = new MillraceClient({ urls: detached.url });
  const [run] = await Array.fromAsync(client.allFlowRuns());
  const state = { type: StateType.COMPLETED };
  const item = { flowRunId: run?.id ?? '', epoch: run?.leaseEpoch ?? 0, requestId: crypto.randomUUID(), state };
  await client.transitions.applyTransitions({ items: [item] });
  client[Symbol.dispose]();
  await unused;
});
