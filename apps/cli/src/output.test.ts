import { expect, test } from 'vitest';
import { Output } from './output.ts';

const now = Date.UTC(2026, 0, 31, 12);

function setup({ isTTY }: { isTTY: boolean }) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({
    isTTY,
    write(text: string) {
      written[name] += text;
    },
  });
  const colours = { stdout: isTTY, stderr: isTTY };
  return {
    written,
    output: new Output({ stdout: sink('stdout'), stderr: sink('stderr'), json: false, colours, now: () => now }),
  };
}

const hostile = 'a\u001b]0;title\u0007b\u001b[2Jc\u0000\u202ed\u009b31me\rf';

test('on a terminal nothing of a text can move the cursor or change the title', () => {
  const { output, written } = setup({ isTTY: true });
  output.line(hostile);
  output.note(hostile);
  output.table(['X'], [[hostile]]);
  output.details([['Name', hostile]]);
  // The heading is bold, and that is all that is left.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;
  const said = written.stdout.replace('\u001b[1mX\u001b[22m', 'X');
  expect(said).not.toMatch(controls);
  expect(written.stderr).not.toMatch(controls);
  expect(said).toContain('abcd');
});

test('elsewhere a text is written as it is', () => {
  const { output, written } = setup({ isTTY: false });
  output.line(hostile);
  expect(written.stdout).toBe(`${hostile}\n`);
});

test('a line break in a cell does not break the table', () => {
  const { output, written } = setup({ isTTY: false });
  output.table(['NAME', 'ID'], [['two\nlines', '1']]);
  expect(written.stdout).toBe('NAME       ID\ntwo lines  1\n');
});

test('times are relative on a terminal and exact elsewhere', () => {
  expect(setup({ isTTY: true }).output.time(now - 5_000)).toBe('5s ago');
  expect(setup({ isTTY: false }).output.time(now - 5_000)).toBe('2026-01-31T11:59:55Z');
});

test('details without a value are left out', () => {
  const { output, written } = setup({ isTTY: false });
  output.details([
    ['Name', 'x'],
    ['Description', ''],
    ['Exit code', undefined],
    ['ID', '1'],
  ]);
  expect(written.stdout).toBe('Name:  x\nID:    1\n');
});
