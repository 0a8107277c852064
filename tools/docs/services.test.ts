import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contractServices } from './contract.ts';
import { filesEndingIn, namesIn, read, root, tableUnder } from './markdown.ts';

const services = contractServices();
const readmes = filesEndingIn('README.md').filter((file) => /^(apps|libs)\//.test(file));

/** The services that a README says are served there: "`XService` (`MethodA`, `MethodB`)". */
function servedBy(readme: string): Map<string, string[]> {
  const line = /^- \*\*RPCs\*\*: (.*)$/m.exec(readme)?.[1] ?? '';
  return new Map(
    [...line.matchAll(/`(\w+Service)` \(([^)]*)\)/g)].map(([, name = '', methods = '']) => [name, namesIn(methods)]),
  );
}

test('the READMEs together list every service with every method, each once', () => {
  const listed = readmes.flatMap((file) => [...servedBy(read(file))]);
  expect(listed.map(([name]) => name).sort()).toEqual([...services.keys()].sort());
  for (const [name, methods] of listed)
    expect([...methods].sort(), name).toEqual([...(services.get(name) ?? [])].sort());
});

const apps = tableUnder('The apps', read('ARCHITECTURE.md')).map(([app = '', , served = '']) => ({
  app: /^\[([\w-]+)\]/.exec(app)?.[1] ?? '',
  served: namesIn(served),
}));

test.each(apps)('ARCHITECTURE.md, README and start.ts agree on what $app serves', ({ app, served }) => {
  expect([...servedBy(read(`apps/${app}/README.md`)).keys()].sort()).toEqual([...served].sort());
  const start = `apps/${app}/src/start.ts`;
  const code = existsSync(join(root, start)) ? read(start) : '';
  expect([...code.matchAll(/\bservice\((\w+),/g)].map(([, name = '']) => name).sort()).toEqual([...served].sort());
});

test('each app and lib is on the map and has a README with the same parts', () => {
  const projects = filesEndingIn('/package.json')
    .filter((file) => /^(apps|libs)\/[^/]+\/package\.json$/.test(file))
    .map((file) => file.slice(0, -'/package.json'.length));
  const map = read('ARCHITECTURE.md');
  for (const project of projects) {
    expect(readmes, project).toContain(`${project}/README.md`);
    expect(map, `${project} in ARCHITECTURE.md`).toContain(`](${project}/README.md)`);
    const readme = read(`${project}/README.md`);
    for (const part of ['**Main path**', '**Test it alone**', '**Settings**', 'What always holds'])
      expect(readme, `${project}/README.md`).toContain(part);
  }
});
