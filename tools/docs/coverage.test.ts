import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const page = await readFile(join(root, 'docs', 'concept-coverage.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => /^\| (?!---|statement )/.test(line))
  .map((line) => line.slice(2, -2).split(' | '))
  .map(([statement = '', counterpart = '', tests = '']) => ({ statement, counterpart, tests: tests.split('<br>') }));

test('each row has its counterpart, and a test or the word that there is none yet', () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const { statement, counterpart, tests } of rows) {
    expect(counterpart, statement).not.toBe('');
    if (tests[0] === '–') expect(counterpart, statement).toContain('*not yet*');
  }
});

const cited = new Map(
  rows
    .flatMap(({ tests }) => tests)
    .flatMap((text) => {
      const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(text) ?? [];
      return file ? [[`${file}: ${title}`, { file, title }] as const] : [];
    }),
);

test.each([...cited.values()])('$file has the test "$title"', async ({ file, title }) => {
  // As it stands in the source, where a quote may be escaped.
  const text = (await readFile(join(root, file), 'utf8')).replaceAll("\\'", "'");
  expect(text).toMatch(new RegExp(`['"\`]${title.replaceAll(/[.*+?^${'$'}{}()|[\]\\]/g, '\\$&')}['"\`]`));
});
