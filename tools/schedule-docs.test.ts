import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withBlocks } from './schedule-docs/page.ts';

test('the page of schedules shows what they do', async () => {
  const page = await readFile(join(import.meta.dirname, '..', 'docs', 'schedules.md'), 'utf8');
  expect(page, 'run npm run docs:schedules').toBe(withBlocks(page));
});

test('a page without a place for what is made is told', () => {
  expect(() => withBlocks('# Schedules')).toThrow('the page has no <!--');
});
