import { tmpdir } from 'node:os';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { RunMessage } from '../src/flow-runner.ts';
import { OutputSink } from '../src/output-sink.ts';
import { describeEnd } from '../src/process-end.ts';
import { subprocessRunner } from '../src/subprocess-runner.ts';
import { assignmentWith, makePool, never } from './pool-setup.ts';

type Pool = ReturnType<typeof makePool>;

async function start(pool: Pool, parameters: Record<string, unknown>, config: Record<string, unknown> = {}) {
  const messages: RunMessage[] = [];
  const said = Promise.withResolvers<RunMessage>();
  const onMessage = (message: RunMessage) => {
    messages.push(message);
    said.resolve(message);
  };
  const assignment = assignmentWith(parameters);
  const process = await subprocessRunner('subprocess', pool).start(
    { assignment, config },
    { signal: never, onMessage },
  );
  return { process, messages, said: said.promise };
}

test('a run sees the agent’s environment less MILLRACE_*, and is told its own and its folder', async () => {
  await using pool = makePool({ size: 0 });
  const config = { env: { COLOUR: 'blue', COUNT: 3 }, working_directory: tmpdir() };
  const { process: run, said } = await start(pool, { exit: 0 }, config);
  const message = await said;
  if (message.type !== 'logs') throw new Error('logs expected');
  const seen = JSON.parse(message.records[0]?.message ?? '');
  expect(seen.env).toEqual({ COLOUR: 'blue', COUNT: '3' });
  expect(seen.workingDirectory).toBe(tmpdir());
  expect(seen.inherited.PATH).toBe(process.env.PATH);
  expect(Object.keys(seen.inherited).filter((name) => name.startsWith('MILLRACE_'))).toEqual([]);
  expect(describeEnd(await run.exited)).toBe('exit code 0');
});

test('the end tells the exit code and the last 20 lines, after all that was said', async () => {
  await using pool = makePool({ size: 0 });
  const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
  const { process: run, messages } = await start(pool, { exit: 4, print: `${lines.join('\n')}\nhalf a li` });
  const end = await run.exited;
  expect(end).toEqual({ exitCode: 4, signal: undefined, lastLines: [...lines.slice(-19), 'half a li'] });
  expect(messages).toHaveLength(1);
});

test('what user code sends over the channel goes no further', async () => {
  await using pool = makePool({ size: 0 });
  const send = ['ready', null, {}, { hello: 1 }, { type: 'transition' }, { type: 'logs', batchId: 1, records: [null] }];
  const { process: run, messages } = await start(pool, { exit: 0, send });
  await run.exited;
  expect(messages).toMatchObject([{ type: 'logs', records: [{ logger: 'tiny' }] }]);
});

test('what is printed goes on as it is', async () => {
  const out = new PassThrough();
  const sink = new OutputSink(out);
  await using pool = makePool({ size: 0, output: { stdout: sink, stderr: sink } });
  const print = 'x'.repeat(200_000);
  const { process: run } = await start(pool, { exit: 0, print });
  const read = text(out);
  await run.exited;
  out.end();
  expect((await read).length).toBe(print.length);
});

test('stop: SIGTERM first, SIGKILL for one that does not listen', async () => {
  await using pool = makePool({ size: 2 });
  const polite = await start(pool, {});
  await polite.said;
  await polite.process.stop(60_000);
  expect(describeEnd(await polite.process.exited)).toBe('signal SIGTERM');

  const deaf = await start(pool, { ignoreSigterm: true });
  await deaf.said;
  await deaf.process.stop(200);
  const end = await deaf.process.exited;
  expect(describeEnd(end)).toBe('signal SIGKILL');
  expect(end.lastLines).toEqual(['SIGTERM ignored']);
});

test('a message reaches the process', async () => {
  await using pool = makePool({ size: 0 });
  const { process: run } = await start(pool, {});
  run.send({ type: 'stop', reason: 'given to another' });
  expect((await run.exited).exitCode).toBe(5);
});
