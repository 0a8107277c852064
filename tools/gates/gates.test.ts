import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { gates } from './gates.ts';
import { root } from './run-command.ts';
import { closingLine, sum } from './tally.ts';
import { tallyFile } from './tally-files.ts';

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const names = gates.map(({ name }) => name);

test('what npm test runs and what npm run check runs are the same', () => {
  expect(new Set(Object.keys(read('package.json').nx.targets))).toEqual(new Set([...names, 'test']));
});

test.for(names)('%s: Nx runs it as npm test does, caches it, and keeps how it went', (name) => {
  const target = read('nx.json').targetDefaults[name];
  expect(target).toMatchObject({ command: `node tools/gates/run-gate.ts ${name}`, cache: true });
  expect(target.inputs).toContain('shared');
  expect(target.outputs).toEqual([`{workspaceRoot}/${relative(root, tallyFile(name))}`]);
});

test('the tests of a project keep how they went where npm run check looks', () => {
  const { outputs } = read('nx.json').targetDefaults.test;
  expect(outputs).toEqual([`{workspaceRoot}/${relative(root, tallyFile('test', '{projectName}'))}`]);
});

test('the closing line sums up', () => {
  const total = sum([
    { passed: 2, failed: 0, skipped: 1 },
    { passed: 3, failed: 1, skipped: 0 },
  ]);
  expect(closingLine(total)).toBe('5 passed, 1 failed, 1 skipped');
  expect(closingLine(sum([]))).toBe('0 passed, 0 failed');
});
