import { parseArgs } from 'node:util';
import { nearest } from '@millrace/settings/nearest';
import type { Command, Flag } from './command.ts';
import { Input } from './input.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly words: readonly string[] }
  | { readonly kind: 'run'; readonly command: Command; readonly input: Input; readonly json: boolean };

/** Flags that every command has. */
export const commonFlags: readonly Flag[] = [
  { name: 'json', kind: 'switch', summary: 'print the reply as JSON' },
  { name: 'help', short: 'h', kind: 'switch', summary: 'show this help' },
];

/** Reads a command line, without the program's name. Throws a {@link UsageError}. */
export function parse(commands: readonly Command[], line: readonly string[]): Request {
  if (line[0] === 'help') return parse(commands, [...line.slice(1), '--help']);
  if (line[0] === '--version' || line[0] === '-v') return parse(commands, ['version', ...line.slice(1)]);
  const { words, rest } = splitWords(commands, line);
  const command = commands.find((candidate) => candidate.name === words.join(' '));
  if (!command) {
    const isGroup = rest.every((word) =>
      commonFlags.some(({ name, short }) => [`--${name}`, `-${short}`].includes(word)),
    );
    if (isGroup) return { kind: 'help', words };
    throw unknownCommand(commands, words, rest);
  }
  if (asksForHelp(rest)) return { kind: 'help', words };
  const { positionals, values } = readFlags(command, rest);
  checkArguments(command, positionals);
  return { kind: 'run', command, input: new Input(command, positionals, values), json: values.has('json') };
}

/** Takes the leading words that name a group or a command; `--json` may stand between them. */
function splitWords(commands: readonly Command[], line: readonly string[]) {
  const words: string[] = [];
  const skipped: string[] = [];
  for (const [index, word] of line.entries()) {
    const name = [...words, word].join(' ');
    if (word === '--json') skipped.push(word);
    else if (commands.some((each) => each.name === name || each.name.startsWith(`${name} `))) words.push(word);
    else return { words, rest: [...skipped, ...line.slice(index)] };
  }
  return { words, rest: skipped };
}

function asksForHelp(rest: readonly string[]): boolean {
  const end = rest.indexOf('--');
  const before = end < 0 ? rest : rest.slice(0, end);
  return before.includes('--help') || before.includes('-h');
}

function unknownCommand(commands: readonly Command[], words: readonly string[], rest: readonly string[]): UsageError {
  const see = `See millrace ${[...words, '--help'].join(' ')}`;
  const word = rest.find((each) => !each.startsWith('-'));
  if (word === undefined) {
    const flag = rest.find((each) => each !== '--json') ?? '';
    const near = nearest(flag, ['--help', '--version', '--json']);
    return new UsageError(`unknown flag ${flag}`, near ? `Did you mean ${near}?` : see);
  }
  const next = commands
    .filter((command) => words.every((each, index) => command.name.split(' ')[index] === each))
    .map((command) => command.name.split(' ')[words.length] ?? '');
  const near = nearest(word, [...new Set(next)]);
  return new UsageError(
    `unknown command 'millrace ${[...words, word].join(' ')}'`,
    near ? `Did you mean 'millrace ${[...words, near].join(' ')}'?` : see,
  );
}

function readFlags(command: Command, rest: readonly string[]) {
  const flags = [...command.flags, ...commonFlags];
  const options: Record<string, { type: 'boolean' | 'string'; multiple: true; short?: string }> = {};
  for (const { name, short, kind } of flags)
    options[name] = { type: kind === 'switch' ? 'boolean' : 'string', multiple: true, ...(short && { short }) };
  const { tokens } = parseArgs({ args: [...rest], options, strict: false, allowPositionals: true, tokens: true });

  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flags.find((candidate) => candidate.name === token.name);
    if (!flag) throw unknownFlag(command, flags, token.rawName);
    const value = readValue(flag, token);
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return { positionals, values };
}

function readValue(
  flag: Flag,
  token: { rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
) {
  const { rawName, value } = token;
  if (flag.kind === 'switch') {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    return '';
  }
  // "--at --watch" is a forgotten value; one that does begin with a dash is written as --at=-x.
  const forgotten = value === undefined || (!token.inlineValue && /^-[^\d]/.test(value));
  if (forgotten) throw new UsageError(`${rawName} needs a value: ${rawName} ${flag.value ?? 'VALUE'}`);
  if (flag.kind === 'integer') {
    const minimum = flag.minimum ?? 0;
    if (!/^-?\d{1,9}$/.test(value) || Number(value) < minimum)
      throw new UsageError(`${rawName} ${value}: a whole number of at least ${minimum} is needed`);
  }
  return flag.choices ? readChoice(rawName, value, flag.choices) : value;
}

function readChoice(rawName: string, value: string, choices: readonly string[]): string {
  const choice = value.toLowerCase();
  if (choices.includes(choice)) return choice;
  const near = nearest(choice, choices);
  throw new UsageError(
    `${rawName} ${value}: one of ${choices.join(', ')} is needed`,
    near ? `Did you mean ${near}?` : undefined,
  );
}

function unknownFlag(command: Command, flags: readonly Flag[], rawName: string): UsageError {
  const near = nearest(
    rawName,
    flags.map((flag) => `--${flag.name}`),
  );
  return new UsageError(
    `unknown flag ${rawName}`,
    near ? `Did you mean ${near}?` : `See millrace ${command.name} --help`,
  );
}

function checkArguments(command: Command, positionals: readonly string[]): void {
  const missing = command.arguments[positionals.length];
  const see = `See millrace ${command.name} --help`;
  if (missing && !missing.optional) throw new UsageError(`${missing.name} is missing: ${missing.summary}`, see);
  const extra = positionals[command.arguments.length];
  if (extra !== undefined && !command.arguments.at(-1)?.many)
    throw new UsageError(`'${extra}' is one argument too many`, see);
}
