import { expect, test } from 'vitest';
import { replaceBlock } from './replace-block.ts';

const page = 'before\n<!-- a -->\nold\n<!-- /a -->\nbetween\n<!-- b -->\n<!-- /b -->\nafter\n';

test.each([
  ['a', 'before\n<!-- a -->\nnew\n<!-- /a -->\nbetween\n<!-- b -->\n<!-- /b -->\nafter\n'],
  ['b', 'before\n<!-- a -->\nold\n<!-- /a -->\nbetween\n<!-- b -->\nnew\n<!-- /b -->\nafter\n'],
])('block %s', (name, expected) => {
  expect(replaceBlock(page, name, ['new'])).toBe(expected);
  expect(replaceBlock(expected, name, ['new'])).toBe(expected);
});

test.each(['c', 'after'])('there is no block %s', (name) => {
  expect(() => replaceBlock(page, name, [])).toThrow(`<!-- ${name} -->`);
});
