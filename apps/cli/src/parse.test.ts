import { describe, expect, test } from 'vitest';
import { commands } from './command-table.ts';
import { parse } from './parse.ts';
import { UsageError } from './usage-error.ts';

function parsed(line: string[]) {
  const request = parse(commands, line);
  if (request.kind !== 'run') throw new Error('help was asked for');
  return request;
}

function complaint(line: string[]): UsageError {
  try {
    parse(commands, line);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('commands', () => {
  test.each([
    [['version'], 'version'],
    [['--version'], 'version'],
    [['deployment', 'ls'], 'deployment ls'],
    [['--json', 'deployment', 'ls'], 'deployment ls'],
    [['deployment', '--json', 'ls'], 'deployment ls'],
    [['deployment', 'create', 'help'], 'deployment create'],
  ])('%j is %s', (line, name) => {
    expect(parsed(line).command.name).toBe(name);
  });

  test.each([
    [[], []],
    [['--help'], []],
    [['help'], []],
    [['deployment'], ['deployment']],
    [['deployment', '-h'], ['deployment']],
    [
      ['help', 'deployment', 'run'],
      ['deployment', 'run'],
    ],
    [
      ['deployment', 'run', 'a/b', '--help'],
      ['deployment', 'run'],
    ],
    [
      ['deployment', 'run', '--nonsense', '--help'],
      ['deployment', 'run'],
    ],
  ])('%j asks for help', (line, words) => {
    expect(parse(commands, line)).toEqual({ kind: 'help', words });
  });

  test.each([
    [['deploymnt', 'ls'], "unknown command 'millrace deploymnt'", "Did you mean 'millrace deployment'?"],
    [['deployments', 'ls'], "unknown command 'millrace deployments'", "Did you mean 'millrace deployment'?"],
    [
      ['deployment', 'rnu', 'a/b'],
      "unknown command 'millrace deployment rnu'",
      "Did you mean 'millrace deployment run'?",
    ],
    [
      ['deployment', 'frobnicate'],
      "unknown command 'millrace deployment frobnicate'",
      'See millrace deployment --help',
    ],
    [['deploymnt', '--help'], "unknown command 'millrace deploymnt'", "Did you mean 'millrace deployment'?"],
    [['--jsno'], 'unknown flag --jsno', 'Did you mean --json?'],
    [['deployment', 'ls', '--flwo', 'x'], 'unknown flag --flwo', 'Did you mean --flow?'],
    [['deployment', 'ls', '--zzzzzzzz'], 'unknown flag --zzzzzzzz', 'See millrace deployment ls --help'],
    [
      ['deployment', 'run'],
      "NAME is missing: 'flow/deployment', or the deployment's id",
      'See millrace deployment run --help',
    ],
    [['deployment', 'ls', 'x'], "'x' is one argument too many", 'See millrace deployment ls --help'],
    [['flow-run', 'ls', '--limit', '0'], '--limit 0: a whole number of at least 1 is needed', undefined],
    [['flow-run', 'ls', '--limit', '1.5'], '--limit 1.5: a whole number of at least 1 is needed', undefined],
    [['flow-run', 'ls', '--state'], '--state needs a value: --state TYPE', undefined],
    [['deployment', 'run', 'a/b', '--at', '--watch'], '--at needs a value: --at TIME', undefined],
    [['deployment', 'run', 'a/b', '--watch=yes'], '--watch takes no value', undefined],
  ])('%j is refused', (line, message, advice) => {
    expect(complaint(line)).toMatchObject({ message, advice });
  });

  test('a value that is none of the choices names them and the nearest', () => {
    const { message, advice } = complaint(['flow-run', 'ls', '--state', 'complete']);
    expect(message).toMatch(/^--state complete: one of scheduled, pending, /);
    expect(advice).toBe('Did you mean completed?');
  });
});

describe('values', () => {
  test('flags stand before, between and behind arguments', () => {
    const { input, json } = parsed(['deployment', 'run', '-p', 'a=1', 'x/y', '--param=b=2', '--json', '--tag', 't']);
    expect(input.argument).toBe('x/y');
    expect(input.texts('param')).toEqual(['a=1', 'b=2']);
    expect(input.texts('tag')).toEqual(['t']);
    expect(input.text('at')).toBeUndefined();
    expect(input.on('watch')).toBe(false);
    expect(json).toBe(true);
  });

  test('behind -- everything is an argument', () => {
    expect(parsed(['deployment', 'create', '--', '--json', '-h']).input.arguments).toEqual(['--json', '-h']);
  });

  test('the last of a single-valued flag counts; choices take any case; integers are numbers', () => {
    expect(parsed(['flow-run', 'ls', '--limit', '3', '--limit', '7']).input.integer('limit')).toBe(7);
    expect(parsed(['flow-run', 'ls', '--state', 'COMPLETED']).input.texts('state')).toEqual(['completed']);
    expect(parsed(['work-queue', 'create', 'q', '--limit', '0']).input.integer('limit')).toBe(0);
  });

  test('a flag that the command does not declare is a mistake of ours', () => {
    expect(() => parsed(['version']).input.text('at')).toThrow(TypeError);
  });
});
