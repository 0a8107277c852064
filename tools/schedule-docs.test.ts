import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTables } from './schedule-docs/page.ts';

test('the page of schedules shows what they do when clocks change', async () => {
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'schedules.md'), 'utf8');
  expect(page, 'run npm run docs:schedules').toBe(withTables(page));
});

test('a page without a place for the tables is told', () => {
  expect(() => withTables('# Schedules')).toThrow('the page has no <!--');
});
