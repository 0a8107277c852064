import type { Argument, Command } from './command.ts';
import { groups } from './command-table.ts';
import { commonFlags } from './parse.ts';
import { alignRows } from './table.ts';

/** The help text for a command, a group of commands, or the whole program. */
export function helpText(commands: readonly Command[], words: readonly string[]): string {
  const name = words.join(' ');
  const command = commands.find((candidate) => candidate.name === name);
  return command ? commandHelp(command) : overview(commands, name);
}

/** "millrace deployment create FILE… [--json]" without the flags: how a command is called. */
export function usageLine(command: Command): string {
  const places = command.arguments.map(argumentText);
  return ['millrace', command.name, ...places, '[flags]'].join(' ');
}

function argumentText({ name, many, optional }: Argument): string {
  if (optional) return `[${name}]`;
  return many ? `${name}…` : name;
}

function overview(commands: readonly Command[], group: string): string {
  const shown = group ? commands.filter((command) => command.name.startsWith(`${group} `)) : commands;
  const rows = shown.map((command) => [
    `  ${[command.name, ...command.arguments.map(argumentText)].join(' ')}`,
    command.summary,
  ]);
  const about = groups.find(({ name }) => name === group)?.summary ?? 'Runs flows from deployments.';
  return [
    about,
    '',
    `Usage: millrace ${group ? `${group} ` : ''}COMMAND [flags]`,
    '',
    'Commands:',
    ...alignRows(rows),
    '',
    `Every command has --help and --json.${group ? '' : ' The server is found by MILLRACE_API_URL, in the environment or in the active profile (default http://127.0.0.1:4200).'}`,
  ].join('\n');
}

function commandHelp(command: Command): string {
  const argumentRows = command.arguments.map((argument) => [`  ${argumentText(argument)}`, argument.summary]);
  const flagRows = [...command.flags, ...commonFlags].map((flag) => {
    const value = flag.kind === 'switch' ? '' : ` ${flag.value ?? 'VALUE'}${flag.kind === 'texts' ? ' …' : ''}`;
    return [`  ${flag.short ? `-${flag.short}, ` : '    '}--${flag.name}${value}`, flag.summary];
  });
  return [
    `${command.summary}.`,
    ...(command.description ? [command.description] : []),
    '',
    `Usage: ${usageLine(command)}`,
    ...(argumentRows.length > 0 ? ['', 'Arguments:', ...alignRows(argumentRows)] : []),
    '',
    'Flags:',
    ...alignRows(flagRows),
  ].join('\n');
}
