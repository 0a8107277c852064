import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runMillrace, startMillrace } from './run-millrace.ts';

/** A server on a schema and a home of its own, at any free port. */
async function startServerCommand() {
  const home = await mkdtemp(join(tmpdir(), 'millrace-cli-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const environment = {
    MILLRACE_HOME: home,
    MILLRACE_DATABASE_SCHEMA: `cli_${crypto.randomUUID().replaceAll('-', '')}`,
  };
  const line = ['server', 'start', '--port', '0', '--database-url', inject('postgresUrl'), '--json'];
  const { child, outcome } = startMillrace(line, environment);
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: string) => resolve(JSON.parse(text).url));
    outcome.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return { child, outcome, url };
}

test('server start serves until SIGINT, of which two in one press are one, and ends in order', async () => {
  const { child, outcome, url } = await startServerCommand();
  const listed = await runMillrace(['work-queue', 'ls', '--json'], { MILLRACE_API_URL: url });
  expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(listed.stdout)).toEqual({ workQueues: [], nextPageToken: '' });
  child.kill('SIGINT');
  child.kill('SIGINT');
  const { exitCode, stderr } = await outcome;
  expect(stderr).toMatch(/\nStopping…\n$/);
  expect(exitCode).toBe(0);
});

test('a port in use is told in one line', async () => {
  const { url } = await startServerCommand();
  const schema = `cli_${crypto.randomUUID().replaceAll('-', '')}`;
  const line = ['server', 'start', '--port', new URL(url).port, '--database-url', inject('postgresUrl')];
  const { exitCode, stdout, stderr } = await runMillrace(line, { MILLRACE_DATABASE_SCHEMA: schema });
  expect(stderr).toMatch(/error: can't listen on 127\.0\.0\.1:\d+: another program listens there.*\n$/);
  expect(stderr).not.toContain('    at ');
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
});
