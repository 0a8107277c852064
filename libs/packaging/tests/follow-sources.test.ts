import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { followSources } from '../src/index.ts';
import { temporaryTree } from './temporary-tree.ts';

const b = 'export const b = 1;';

test.each<[string, Record<string, string>, string[]]>([
  ['itself', { 'flow.ts': b }, ['flow.ts']],
  ['nothing else where it is not there', {}, ['flow.ts']],
  ['nothing else where it does not parse', { 'flow.ts': `import './b.ts'; const = 1;`, 'b.ts': b }, ['flow.ts']],
  [
    'what it imports, directly or not, each once',
    { 'flow.ts': `import './b.ts';`, 'b.ts': `import './in/c.ts';`, 'in/c.ts': `import '../b.ts'; import './d.json';` },
    ['b.ts', 'flow.ts', 'in/c.ts', 'in/d.json'],
  ],
  [
    'an import that does not parse, and what others import',
    { 'flow.ts': `import './b.ts'; import './c.ts';`, 'b.ts': 'const = 1;', 'c.ts': `import './d.ts';`, 'd.ts': b },
    ['b.ts', 'c.ts', 'd.ts', 'flow.ts'],
  ],
  ['an import that is missing', { 'flow.ts': `import '../b.ts';` }, ['../b.ts', 'flow.ts']],
  [
    'a link and where it leads',
    { 'flow.ts': `import './link.ts';`, 'link.ts': '-> in/b.ts', 'in/b.ts': `import './c.ts';`, 'in/c.ts': b },
    ['flow.ts', 'in/b.ts', 'in/c.ts', 'link.ts'],
  ],
  ['no packages', { 'flow.ts': `import 'node:fs'; import 'zod'; import '#alias'; import '/b.ts';` }, ['flow.ts']],
])('%s', async (_name, files, expected) => {
  await using tree = await temporaryTree(files);
  const found = await followSources(tree.in('flow.ts'));
  expect([...found].map((path) => relative(tree.path, path)).sort()).toEqual(expected);
});
