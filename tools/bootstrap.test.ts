import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const nodePackage = dirname(dirname(process.execPath));
const lock = {
  packages: {
    '': { name: 'clone' },
    'node_modules/needed': { version: '1.0.0' },
    'node_modules/for-another-platform': { version: '1.0.0', optional: true },
  },
};

// Stands for npm: brings what the lockfile names, and leaves the list that npm leaves.
const npm = `
  const { cpSync, mkdirSync, symlinkSync } = require('node:fs');
  if (process.env.NPM_FAILS) process.exit(3);
  mkdirSync('node_modules', { recursive: true });
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
  try { symlinkSync(process.env.NODE_PACKAGE, 'node_modules/' + process.env.NODE_PACKAGE_NAME); } catch {}
  console.log('npm ran with ' + process.argv.slice(2).join(' '));
`;

/** A clone with nothing installed, whose scripts can be run. */
function setup() {
  const root = mkdtempSync(join(tmpdir(), 'millrace-clone-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'tools'));
  copyFileSync(join(import.meta.dirname, 'bootstrap.mjs'), join(root, 'tools', 'bootstrap.mjs'));
  const write = (name: string, content: string) => writeFileSync(join(root, name), content);
  write('package.json', '{}');
  write('package-lock.json', JSON.stringify(lock));
  write('npm.js', npm);
  write('script.ts', "console.log('script ' + process.argv.slice(2)); process.exitCode = 7 satisfies number;");
  const start = (args: readonly string[], environment: Record<string, string> = {}) =>
    spawn(process.execPath, ['tools/bootstrap.mjs', ...args], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        npm_execpath: join(root, 'npm.js'),
        NODE_PACKAGE: nodePackage,
        NODE_PACKAGE_NAME: `node-${process.platform}-${process.arch}`,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const run = async (args: readonly string[], environment?: Record<string, string>) =>
    outcome(start(args, environment));
  return { root, write, start, run };
}

async function outcome(child: ChildProcessByStdio<null, Readable, Readable>) {
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { stdout, stderr, code };
}

test('installs on a fresh clone, then runs the script with its arguments and hands on its exit code', async () => {
  const { run } = setup();
  const { stdout, stderr, code } = await run(['script.ts', 'a', 'b']);
  expect(stderr).toMatch(/^Installing dependencies \(first start.*npm ran with ci .*Installed in \d+ s\.\n$/s);
  expect(stdout).toBe('script a,b\n');
  expect(code).toBe(7);
});

test('installs once, and again when the lockfile changes', async () => {
  const { write, run } = setup();
  await run(['script.ts']);
  expect((await run(['script.ts', 'again'])).stderr).toBe('');
  write(
    'package-lock.json',
    JSON.stringify({ packages: { ...lock.packages, 'node_modules/added': { version: '2' } } }),
  );
  expect((await run(['script.ts'])).stderr).toMatch(/^Installing dependencies \(package-lock\.json changed/);
});

test('leaves alone what a developer installed', async () => {
  const { root, run } = setup();
  const { 'node_modules/for-another-platform': _, ...present } = lock.packages;
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: present }));
  expect(await run(['script.ts', 'a'])).toEqual({ stdout: 'script a\n', stderr: '', code: 7 });
});

test('says that the installation failed and does not run the script', async () => {
  const { run } = setup();
  const { stdout, stderr, code } = await run(['script.ts'], { NPM_FAILS: '1' });
  expect(stderr).toContain('could not be installed');
  expect(stdout).toBe('');
  expect(code).toBe(3);
});

test('runs a command of a dependency, with it and the pinned Node first on the PATH', async () => {
  const { root, run } = setup();
  await run(['script.ts']);
  addCommand(root, 'printenv', 'process.env.PATH.split(":").slice(0, 2).join()');
  const { stdout } = await run(['printenv']);
  expect(stdout.trim().split(',')[1]).toBe(join(root, 'node_modules', '.bin'));
  expect(stdout).toMatch(/^\/.*\/bin,/);
});

test.for(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  'passes %s on and waits for the end that it leads to',
  async (signal) => {
    const { root, start, run } = setup();
    await run(['script.ts']);
    addCommand(
      root,
      'serve',
      `process.on('${signal}', () => { console.log('bye'); process.exit(5); }) && 'ready'`,
      true,
    );
    const child = start(['serve']);
    child.stdout.once('data', () => child.kill(signal));
    expect(await outcome(child)).toMatchObject({ stdout: 'ready\nbye\n', code: 5 });
  },
);

test('an end by a signal is told as shells do', async () => {
  const { root, run } = setup();
  await run(['script.ts']);
  addCommand(root, 'crash', `process.kill(process.pid, 'SIGKILL')`);
  expect((await run(['crash'])).code).toBe(137);
});

function addCommand(root: string, name: string, expression: string, staysUp = false) {
  const folder = join(root, 'node_modules', '.bin');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(
    path,
    `#!/usr/bin/env node\nconsole.log(${expression});\n${staysUp ? 'setInterval(() => {}, 1e6);' : ''}`,
  );
  chmodSync(path, 0o755);
}
