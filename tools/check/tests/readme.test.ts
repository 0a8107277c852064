import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { graphIsAlive } from '../rules/graph-is-alive.ts';
import { rules } from '../rules.ts';

test('the page lists each rule as it is', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([a-z ]+) \| (.*) \| .*\|$/gm)].map(([, name, says]) => ({ name, says }));
  const expected = [graphIsAlive, ...rules].map(({ name, says }) => ({ name, says }));
  expect(rows.filter(({ name }) => name !== 'rule')).toEqual(expected);
});
