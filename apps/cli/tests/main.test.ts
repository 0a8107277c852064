import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

/** A port at which nobody listens. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

describe('without a server', () => {
  test('help is on stdout', async () => {
    const { exitCode, stdout, stderr } = await runMillrace(['--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('deployment create FILE…');
  });

  test('version as JSON', async () => {
    const { exitCode, stdout } = await runMillrace(['version', '--json'], { MILLRACE_API_URL: 'http://127.0.0.1:1' });
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      node: process.version,
      apiUrl: 'http://127.0.0.1:1',
    });
    expect(exitCode).toBe(0);
  });

  test('a usage error is on stderr and exits 2', async () => {
    expect(await runMillrace(['deployment', 'rnu'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: "error: unknown command 'millrace deployment rnu'\nDid you mean 'millrace deployment run'?\n",
    });
  });

  test('a setting that can not be used names its variable', async () => {
    const { exitCode, stderr } = await runMillrace(['deployment', 'ls'], { MILLRACE_API_URL: 'nonsense' });
    expect(stderr).toMatch(/^error: MILLRACE_API_URL: .*\n$/);
    expect(exitCode).toBe(2);
  });

  test('a server that is not there is named, with what to do', async () => {
    const port = await freePort();
    const environment = { MILLRACE_API_URL: `http://127.0.0.1:${port}` };
    const { exitCode, stdout, stderr } = await runMillrace(['flow-run', 'ls'], environment);
    expect(stderr).toMatch(new RegExp(`^error: can't connect to http://127.0.0.1:${port}: .*\nStart a server with: `));
    expect(stderr).not.toContain('    at ');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  });

  test('a server beyond this machine is not started without a word about it', async () => {
    const { exitCode, stderr } = await runMillrace(['server', 'start', '--host', '0.0.0.0']);
    expect(stderr).toMatch(/^error: 0\.0\.0\.0 can be reached from other machines.*--insecure\n$/);
    expect(exitCode).toBe(1);
  });
});

test('a reader that stops reading is no error', async () => {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  for (const name of ['a', 'b', 'c'])
    await runMillrace(['work-queue', 'create', name], { MILLRACE_API_URL: server.url });
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  // The pipe is closed before anything is written to it.
  const shell = spawn('sh', ['-c', '{ "$0" "$1" work-queue ls; echo "exit $?" >&2; } | true', process.execPath, main], {
    env: { ...process.env, MILLRACE_API_URL: server.url },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  shell.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  await once(shell, 'close');
  expect(stderr).toBe('exit 0\n');
});
