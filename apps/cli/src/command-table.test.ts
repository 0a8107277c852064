import { describe, expect, test } from 'vitest';
import { commands, groups } from './command-table.ts';
import { helpText } from './help.ts';
import { commonFlags } from './parse.ts';

describe.each(commands.map((command) => [command.name, command] as const))('%s', (name, command) => {
  test('can be loaded', async () => {
    expect((await command.load()).run).toBeTypeOf('function');
  });

  test('declares each flag once, with a value name unless it is a switch, and only its last argument as many', () => {
    const flags = [...command.flags, ...commonFlags];
    const given = flags.flatMap(({ name, short }) => (short ? [name, short] : [name]));
    expect(given).toEqual([...new Set(given)]);
    for (const flag of flags) {
      expect(flag.summary).not.toBe('');
      expect(flag.value === undefined).toBe(flag.kind === 'switch');
    }
    expect(command.arguments.slice(0, -1).some(({ many }) => many)).toBe(false);
  });

  test('tells in its help all that it takes', () => {
    const help = helpText(commands, name.split(' '));
    for (const { name } of [...command.flags, ...commonFlags]) expect(help).toContain(`--${name}`);
    for (const { name } of command.arguments) expect(help).toContain(name);
    expect(helpText(commands, [])).toContain(command.summary);
  });
});

test('every first word of two is a group, and every group has a command', () => {
  const first = commands.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0]] : []));
  expect(new Set(first)).toEqual(new Set(groups.map(({ name }) => name)));
});

test('help of a group lists its commands and no others', () => {
  expect(helpText(commands, ['work-queue'])).toBe(
    [
      'Work queues: they select runs and hand them to agents.',
      '',
      'Usage: millrace work-queue COMMAND [flags]',
      '',
      'Commands:',
      '  work-queue create NAME  Create a work queue; without conditions it serves every deployment',
      '  work-queue ls           List work queues',
      '',
      'Every command has --help and --json.',
    ].join('\n'),
  );
});
