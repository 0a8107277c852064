import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesEndingIn, headingsOf, type Link, linksOf, read, root } from './markdown.ts';

const pages = filesEndingIn('.md');

/** What is wrong with a page's links. */
function brokenLinks(page: string, links: readonly Link[]): string[] {
  return links.flatMap(({ path, fragment }) => {
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(join(root, target))) return [`${page}: there is no ${target}`];
    if (fragment === '') return [];
    if (statSync(join(root, target)).isDirectory()) return [`${page}: ${target} is a folder and has no #${fragment}`];
    const line = /^L(\d+)$/.exec(fragment);
    if (line)
      return read(target).split('\n').length > Number(line[1]) ? [] : [`${page}: ${target} has no line ${line[1]}`];
    return headingsOf(read(target)).has(fragment) ? [] : [`${page}: ${target} has no heading #${fragment}`];
  });
}

test.each(pages)('%s: every relative link leads somewhere', (page) => {
  expect(brokenLinks(page, linksOf(read(page)))).toEqual([]);
});

test('there are pages with links to look at', () => {
  expect(pages).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md']));
  expect(pages.flatMap((page) => linksOf(read(page))).length).toBeGreaterThan(100);
});

test('a link that leads nowhere is found, in code it is none', () => {
  const page = [
    '[a](ARCHITECTURE.md#who-owns-which-table) [b](ARCHITECTURE.md#nobody) [c](missing.md) [d](apps#x)',
    '[e](https://example.org) `[f](code.md)` [g](package.json#L1) [h](package.json#L9999)',
    '```',
    '[i](fenced.md)',
    '```',
  ].join('\n');
  expect(brokenLinks('README.md', linksOf(page))).toEqual([
    'README.md: ARCHITECTURE.md has no heading #nobody',
    'README.md: there is no missing.md',
    'README.md: apps is a folder and has no #x',
    'README.md: package.json has no line 9999',
  ]);
});
