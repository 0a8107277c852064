import { expect, test } from 'vitest';
import { deploymentKey, flowRunId } from './resource-name.ts';
import { shellWord } from './shell-word.ts';

const id = '01890A5D-AC96-774B-BCCE-B302099A8057';

test.each([
  ['hello/Hello World', { case: 'name', value: 'hello/Hello World' }],
  [id, { case: 'id', value: id.toLowerCase() }],
])('%s names a deployment', (text, key) => {
  expect(deploymentKey(text)).toEqual(key);
});

test.each([['hello'], ['/x'], ['x/'], ['a/b/c'], ['']])('%j names none', (text) => {
  expect(() => deploymentKey(text)).toThrow("is neither 'flow/deployment' nor an id");
});

test('only an id names a run', () => {
  expect(flowRunId(id)).toBe(id.toLowerCase());
  expect(() => flowRunId('gentle-otter-12')).toThrow('is not the id of a flow run');
});

test.each([
  ['hello/daily', 'hello/daily'],
  ['hello/Hello World', "'hello/Hello World'"],
  ["it's", "'it'\\''s'"],
  ['$HOME', "'$HOME'"],
  ['', "''"],
])('%j is typed as %s', (text, word) => {
  expect(shellWord(text)).toBe(word);
});
