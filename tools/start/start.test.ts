import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const script = join(import.meta.dirname, '..', 'start.ts');

function start(home: string, ...line: string[]) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_'));
  const child = spawn(process.execPath, [script, ...line], {
    env: { ...Object.fromEntries(inherited), MILLRACE_HOME: home, MILLRACE_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  /** Resolves once stdout has the text; rejects if the process ends without having said it. */
  const saying = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => said.stdout.includes(text) && resolve();
      child.stdout.on('data', look);
      void ended.then((code) => reject(new Error(`ended with ${code}: ${said.stdout}${said.stderr}`)));
      look();
    });
  return { child, said, saying, ended };
}

/** Processes whose command line or environment names the folder. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const texts = await Promise.all(['cmdline', 'environ'].map(read));
    if (texts.some((text) => text.includes(folder))) found.push(`${pid} ${texts[0]}`);
  }
  return found;
}

test('npm start runs the example to its end, holds its home alone, and leaves nothing behind', async () => {
  const home = await mkdtemp(join(tmpdir(), 'millrace-start-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const first = start(home);
  await first.saying('First run completed');
  expect(first.said.stdout).toMatch(/\nCreated work queue 'default'; it serves every deployment\.\n/);
  expect(first.said.stdout).toMatch(/\nCreated deployment 'hello-world\/Hello World'\.\n/);
  // A scheduled run may come in between.
  const [, name] = /Z +(\S+) {2}\| Hello world!\n/.exec(first.said.stdout) ?? [];
  expect(first.said.stdout).toMatch(new RegExp(`${name}  Running\n(.*\n)*.*${name}  Completed\n`));

  const second = start(home);
  expect(await second.ended).toBe(1);
  expect(second.said.stderr).toMatch(/^error: .* is in use by the server .*\n$/);

  first.child.kill('SIGINT');
  expect(await first.ended).toBe(0);
  expect(first.said.stdout).toMatch(/\nStopping…\n/);
  expect(await processesOf(home)).toEqual([]);
}, 90_000);

test.each([
  [['--port', 'x'], 'error: --port x: 0 to 65535 is accepted\n'],
  [['--prot', '1'], /^error: Unknown option '--prot'.*\nUsage: npm start \[-- --port PORT\]\n$/],
])('%j is a usage error', async (line, message) => {
  const { said, ended } = start('/nowhere', ...line);
  expect(await ended).toBe(2);
  expect(said.stderr).toMatch(message);
});

test('a home that can not be written is told in one line', async () => {
  const { said, ended } = start(join(script, 'home'));
  expect(await ended).toBe(1);
  expect(said.stderr).toMatch(/^error: .*start\.ts.*\n$/);
});
