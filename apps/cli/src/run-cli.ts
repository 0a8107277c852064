import { styleText } from 'node:util';
import type { Clock } from '@millrace/clock';
import type { Command } from './command.ts';
import { commands } from './command-table.ts';
import type { Input } from './input.ts';
import type { TextSink } from './output.ts';
import { parse } from './parse.ts';

/** The process, as far as a command touches it. */
export interface Surroundings {
  /** The command line without the program's name. */
  readonly line: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly colours: { readonly stdout: boolean; readonly stderr: boolean };
  /** Called for a command that ends in order by itself; gives the signal that tells it to. */
  readonly takeSignals: (clock: Clock) => AbortSignal;
}

/** Does what a command line says; resolves with the exit code and never rejects. */
export async function runCli(surroundings: Surroundings): Promise<number> {
  try {
    const request = parse(commands, surroundings.line);
    if (request.kind === 'run') return await runCommand(surroundings, request);
    const { helpText } = await import('./help.ts');
    surroundings.stdout.write(`${helpText(commands, request.words)}\n`);
    return 0;
  } catch (error) {
    return await tellError(surroundings, error);
  }
}

async function runCommand(
  surroundings: Surroundings,
  { command, input, json }: { command: Command; input: Input; json: boolean },
): Promise<number> {
  // Loaded only now: help and complaints about the command line come without them.
  const [{ systemClock }, { unknownVariables }, { settingsOf }, { Output }] = await Promise.all([
    import('@millrace/clock/system'),
    import('@millrace/settings'),
    import('./settings-of.ts'),
    import('./output.ts'),
  ]);
  const { stdout, stderr, colours, environment } = surroundings;
  const output = new Output({ stdout, stderr, json, colours, now: () => systemClock.now() });
  for (const line of unknownVariables(environment)) output.note(`warning: ${line}`, 'yellow');
  const stop = command.stoppable ? surroundings.takeSignals(systemClock) : new AbortController().signal;
  const { run } = await command.load();
  const invocation = {
    ...{ input, output, environment, clock: systemClock, stop },
    // Not before it is asked for: what mends settings must run where they can't be used.
    get settings() {
      return settingsOf(environment);
    },
  };
  return (await run(invocation)) ?? 0;
}

async function tellError({ stderr, colours }: Surroundings, error: unknown): Promise<number> {
  const [{ explainError }, { visibleText }] = await Promise.all([
    import('./explain-error.ts'),
    import('./visible-text.ts'),
  ]);
  const { lines, exitCode } = await explainError(error);
  for (const [index, line] of lines.entries()) {
    const shown = stderr.isTTY ? visibleText(line) : line;
    stderr.write(`${index === 0 && colours.stderr ? styleText('red', shown, { validateStream: false }) : shown}\n`);
  }
  return exitCode;
}
