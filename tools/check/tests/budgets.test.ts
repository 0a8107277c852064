import { expect, test } from 'vitest';
import { lowerRatchet } from '../lower-ratchet.ts';
import { budgets, type Kept } from '../policy/budgets.ts';
import { judgeSizes } from '../rules/budgets.ts';
import { tinyWorkspace } from './tiny-workspace.ts';

const path = 'libs/clock/src/large.ts';
const lines = (count: number) => 'const a = 1;\n'.repeat(count);
const bodyOf = (count: number) => `function f() {\n${lines(count - 2)}}\n`;
const wide = 'export function f(a: 1, b: 1, c: 1, d: 1) { return [a, b, c, d]; }\n';

/** What is said of that file, where the ratchet has that of it. */
function judge(text: string, kept?: Kept): readonly string[] {
  const ratchet: Record<string, Kept> = kept ? { [path]: kept } : {};
  return [...judgeSizes(tinyWorkspace({ [path]: text }), ratchet)].map(({ message, line }) => `${line} ${message}`);
}

test.for([
  ['a long file', lines(301), '1 301 lines; 300 is the budget'],
  ['a long function', `\n${bodyOf(61)}`, '2 61 lines in a function; 60 is the budget'],
  [
    'a wide function',
    `\n${wide}`,
    '2 1 functions with more than 3 positional parameters (take an object); 0 is the budget',
  ],
  ['a wide method', `class A {\n m(a: 1, b: 1, c: 1, d: 1) {}\n}`, '2 1 functions with more than 3'],
] as const)('finds %s', ([, text, message]) => {
  expect(judge(text)).toEqual([expect.stringContaining(message)]);
});

test.for([
  ['what is as large as it may be', lines(300)],
  ['a function of 60 lines', bodyOf(60)],
  ['a long describe', `describe('all', () => {\n${lines(80)}});\n`],
  ['a callback as another wants it', `read((a: 1, b: 1, c: 1, d: 1) => a);\n`],
  ['a type', `type F = (a: 1, b: 1, c: 1, d: 1) => void;\n`],
] as const)('leaves alone %s', ([, text]) => {
  expect(judge(text)).toEqual([]);
});

test('the ratchet lets what was large stay as it is, not grow, and not keep room it no longer needs', () => {
  expect(judge(lines(337), { lines: 337 })).toEqual([]);
  expect(judge(lines(338), { lines: 337 })).toEqual(['1 338 lines; the ratchet has 337, which may only shrink']);
  expect(judge(lines(336), { lines: 337 })).toEqual([expect.stringContaining('--lower')]);
  expect(judge(wide + wide, { wideFunctions: 1 })).toEqual([expect.stringContaining('may only shrink')]);
});

test('nothing lifts the hard limit', () => {
  const text = lines(budgets.hardFileLines + 1);
  expect(judge(text, { lines: budgets.hardFileLines + 1 })).toEqual([expect.stringContaining('whatever the ratchet')]);
});

test('an entry of a file that is gone is found', () => {
  const found = [...judgeSizes(tinyWorkspace(), { 'libs/clock/src/gone.ts': { lines: 400 } })];
  expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('libs/clock/src/gone.ts')]);
});

test('lowering takes over what has shrunk, and nothing else', () => {
  const workspace = tinyWorkspace({ [path]: lines(310) + wide, 'libs/clock/src/small.ts': '' });
  const before = {
    [path]: { lines: 337, wideFunctions: 1, functionLines: 80 },
    'libs/clock/src/small.ts': { lines: 400 },
    'libs/clock/src/gone.ts': { lines: 400 },
  };
  expect(lowerRatchet(workspace, before)).toEqual({ [path]: { lines: 311, wideFunctions: 1 } });
  expect(lowerRatchet(workspace, { [path]: { lines: 305 } })).toEqual({ [path]: { lines: 305 } });
});
