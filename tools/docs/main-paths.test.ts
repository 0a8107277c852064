import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contractServices } from './contract.ts';
import { linksOf, read } from './markdown.ts';

const [, section = ''] = read('ARCHITECTURE.md').split(/<!-- (?:main paths:.*|end of main paths) -->/);
const paths = section
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const [name = ''] = text.split('\n');
    // A hop's file is the first link of its line; what follows is to be read besides.
    const hops = [...text.matchAll(/^\d+\. .*$/gm)].map(([line]) => linksOf(line)[0]?.path ?? '');
    return { name, hops };
  });

/** The file that a package's subpath stands for. */
function entryOf(specifier: string): string | undefined {
  const [, lib = '', rest = ''] = /^@millrace\/([\w-]+)(\/.*)?$/.exec(specifier) ?? [];
  if (lib === '' || lib === 'contracts') return undefined;
  const { exports } = JSON.parse(read(`libs/${lib}/package.json`)) as { exports: Record<string, string> };
  const target = exports[`.${rest ?? ''}`];
  return target && join('libs', lib, target);
}

/** The files that a file imports: by path, or by a name that a package's index takes from them. */
function importsOf(file: string): Set<string> {
  const found = new Set<string>();
  const statements = read(file).matchAll(/^(?:import|export)\s+(?:type\s+)?(?:\{([^}]*)\}|\S+)\s+from '([^']+)';/gm);
  for (const [, names = '', specifier = ''] of statements) {
    if (specifier.startsWith('.')) found.add(join(dirname(file), specifier));
    const entry = entryOf(specifier);
    if (!entry) continue;
    const wanted = new Set(names.split(',').map(importedName));
    for (const [, given = '', source = ''] of read(entry).matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)';/g))
      if (given.split(',').some((name) => wanted.has(importedName(name)))) found.add(join(dirname(entry), source));
  }
  return found;
}

function importedName(text: string): string {
  return (
    text
      .trim()
      .replace(/^type /, '')
      .split(' as ')[0] ?? ''
  );
}

/** Imported, or handed over in the app's Context. */
function reaches(from: string, to: string): boolean {
  const imports = importsOf(from);
  if (imports.has(to)) return true;
  const context = [...imports].find((file) => file.endsWith('/context.ts'));
  return context !== undefined && importsOf(context).has(to);
}

test('the four main paths are there', () => {
  expect(paths.map(({ name }) => name)).toEqual([
    'Claim a run',
    "Change a run's state",
    'Make scheduled runs',
    'Deploy',
  ]);
});

describe.each(paths)('$name', ({ hops }) => {
  test('has at most four hops and ends at SQL', () => {
    expect(hops.length - 1).toBeLessThanOrEqual(4);
    const last = hops.at(-1) ?? '';
    expect(last).toMatch(/^libs\/db\/src\//);
    expect(read(last)).toMatch(/^const \w+ = statement/m);
  });

  test('each hop leads to the next', () => {
    const broken = hops.slice(1).flatMap((to, index) => {
      const from = hops[index] ?? '';
      if (from.endsWith('.proto')) return rpcFiles(from).has(to) ? [] : [`${from} has no RPC of ${to}`];
      return reaches(from, to) ? [] : [`${from} does not import ${to}`];
    });
    expect(broken).toEqual([]);
  });
});

/** The files that a proto's methods are written in, by their names. */
function rpcFiles(proto: string): Set<string> {
  const names = [...read(proto).matchAll(/^service (\w+) /gm)].map(([, name = '']) => name);
  const methods = names.flatMap((name) => contractServices().get(name) ?? []);
  const files = methods.map((method) => `${method.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase()}.ts`);
  return new Set(
    files.flatMap((file) => ['deployments', 'orchestrator', 'scheduler'].map((app) => `apps/${app}/src/rpc/${file}`)),
  );
}

test('an import is seen through an index, and a missing one is missed', () => {
  expect(reaches('apps/deployments/src/apply.ts', 'libs/db/src/deployments/apply-deployments.ts')).toBe(true);
  expect(reaches('apps/deployments/src/apply.ts', 'libs/db/src/claim/claim-flow-runs.ts')).toBe(false);
  expect(reaches('apps/scheduler/src/dispatch/session.ts', 'apps/scheduler/src/dispatch/claimer.ts')).toBe(true);
  expect(reaches('apps/scheduler/src/dispatch/claimer.ts', 'apps/scheduler/src/dispatch/session.ts')).toBe(false);
});
