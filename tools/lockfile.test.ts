import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

/** A folder with that lockfile, and the ways to run the tool on it. */
function setup(dependencies: Record<string, unknown>) {
  const root = mkdtempSync(join(tmpdir(), 'millrace-lockfile-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'tools'));
  copyFileSync(join(import.meta.dirname, 'lockfile.mjs'), join(root, 'tools', 'lockfile.mjs'));
  const path = join(root, 'package-lock.json');
  const packages = { '': {}, ...dependencies };
  writeFileSync(path, JSON.stringify({ packages }));
  const writeManifest = (folder: string, manifest: unknown) => {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest));
  };
  writeManifest('', {});
  return {
    writeManifest,
    run: (...args: string[]) =>
      spawnSync(process.execPath, [join(root, 'tools', 'lockfile.mjs'), ...args], { encoding: 'utf8' }),
    packages: (): unknown => JSON.parse(readFileSync(path, 'utf8')).packages,
  };
}

test.for([
  ['@x/tool-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  ['@x/tool-linux-arm64-gnu', { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] }],
  ['@x/tool-linux-armv7', { os: ['linux'], cpu: ['arm'] }],
  ['@x/tool-linux-aarch64', { os: ['linux'], cpu: ['arm64'] }],
  ['@x/tool-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
  ['tool-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
] as const)('adds the entry of %s', ([name, platform]) => {
  const { run, packages } = setup({ 'node_modules/@x/tool': { optionalDependencies: { [name]: '1.2.3' } } });
  expect(run('--check').status).toBe(1);
  expect(run().status).toBe(0);
  expect(packages()).toMatchObject({ [`node_modules/${name}`]: { version: '1.2.3', optional: true, ...platform } });
  expect(run('--check')).toMatchObject({ status: 0, stdout: '' });
});

test.for([
  ['beside', 'node_modules/tool', 'node_modules/native-linux-x64'],
  ['within', 'node_modules/tool', 'node_modules/tool/node_modules/native-linux-x64'],
  ['at the top, for a workspace', 'libs/x', 'node_modules/native-linux-x64'],
] as const)('finds an entry %s', ([, location, found]) => {
  const { run } = setup({
    [location]: { optionalDependencies: { 'native-linux-x64': '1.0.0' } },
    [found]: { version: '1.0.0' },
  });
  expect(run('--check')).toMatchObject({ status: 0, stdout: '' });
});

test('removes addresses but not links', () => {
  const { run, packages } = setup({
    'node_modules/a': { version: '1.0.0', resolved: 'https://registry.example/a.tgz' },
    'node_modules/b': { resolved: 'libs/b', link: true },
  });
  expect(run('--check')).toMatchObject({ status: 1, stdout: expect.stringContaining('registry.example') });
  run();
  expect(packages()).toEqual({
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { resolved: 'libs/b', link: true },
  });
});

test('refuses to guess a platform', () => {
  const { run } = setup({ 'node_modules/tool': { optionalDependencies: { fsevents: '1.0.0' } } });
  expect(run()).toMatchObject({ status: 1, stderr: expect.stringContaining('fsevents') });
});

test('says which package.json the lockfile does not know as it is', () => {
  const { run, writeManifest } = setup({
    'libs/same': { dependencies: { a: '1.0.0' } },
    'libs/changed': { dependencies: { a: '1.0.0' } },
  });
  writeManifest('', { workspaces: ['libs/*'] });
  writeManifest('libs/same', { dependencies: { a: '1.0.0' } });
  writeManifest('libs/changed', { dependencies: { a: '1.0.1' } });
  writeManifest('libs/added', {});
  for (const { status, stdout } of [run('--check'), run()]) {
    expect(status).toBe(1);
    expect(stdout).toContain('libs/changed/package.json');
    expect(stdout).toContain('libs/added/package.json');
    expect(stdout).not.toContain('libs/same');
  }
});
