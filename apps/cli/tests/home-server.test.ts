import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

/** A home that says that this process, or another, serves there; nobody is at the usual address. */
async function homeThatSays(url: string, pid = process.pid) {
  const home = await mkdtemp(join(tmpdir(), 'millrace-home-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  await writeFile(join(home, 'server.json'), JSON.stringify({ url, pid, detached: true }));
  return { MILLRACE_HOME: home, MILLRACE_PORT: '1' };
}

test('where nothing says where the server is, that of the home is found', async () => {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const environment = await homeThatSays(server.url);
  expect(await runMillrace(['work-queue', 'ls', '--json'], environment)).toMatchObject({ exitCode: 0, stderr: '' });
  const told = await runMillrace(['work-queue', 'ls'], { ...environment, MILLRACE_API_URL: 'http://127.0.0.1:2' });
  expect(told).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('http://127.0.0.1:2') });
  expect(told.stderr).not.toContain(server.url);
});

test('what a server that is no more left behind is not believed', async () => {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  // As large as no process's number is.
  const ended = await runMillrace(['work-queue', 'ls'], await homeThatSays(server.url, 2 ** 30));
  expect(ended).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('http://127.0.0.1:1') });
});
