import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { namesIn, read, root, tableUnder } from './markdown.ts';

type Dependencies = Readonly<Record<string, string>>;
interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Dependencies;
  readonly devDependencies?: Dependencies;
  readonly optionalDependencies?: Dependencies;
}

const manifest = (file: string): Manifest => JSON.parse(read(file));
const folders = globSync(
  (manifest('package.json').workspaces ?? []).map((pattern) => `${pattern}/package.json`),
  { cwd: root },
);
const manifests = ['package.json', ...folders].map(manifest);
const own = new Set(manifests.map(({ name }) => name));
const declared = manifests.flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(([name]) => !own.has(name)),
);
const named = tableUnder('Dependencies', read('docs/dependencies.md')).flatMap(([packages = '']) => namesIn(packages));

function isNamed(name: string): boolean {
  return named.some((entry) => entry === name || (entry.endsWith('/*') && name.startsWith(entry.slice(0, -1))));
}

test('docs/dependencies.md names every dependency of every package.json', () => {
  expect(declared.map(([name]) => name).filter((name) => !isNamed(name))).toEqual([]);
  expect(manifests.length).toBeGreaterThan(15);
});

test('and nothing else', () => {
  const covers = (entry: string) =>
    declared.some(([name]) => name === entry || (entry.endsWith('/*') && name.startsWith(entry.slice(0, -1))));
  expect(named.filter((entry) => !covers(entry))).toEqual([]);
});

test('versions are exact', () => {
  const exact = /^(npm:[\w@/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
  expect(declared.filter(([, version]) => !exact.test(version))).toEqual([]);
});
