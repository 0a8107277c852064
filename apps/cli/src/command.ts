import type { Clock } from '@millrace/clock';
import type { Settings } from '@millrace/settings';
import type { Input } from './input.ts';
import type { Output } from './output.ts';

/** A positional argument. Only a command's last one may be `many`. */
export interface Argument {
  /** As shown in help: "NAME". */
  readonly name: string;
  /** What it is, in a few words. */
  readonly summary: string;
  /** One or more of them. Default: exactly one. */
  readonly many?: true;
  /** None or one, of a command's last argument. */
  readonly optional?: true;
}

/** Something that is given by name. */
export interface Flag {
  /** Without the dashes: "flow-runner". */
  readonly name: string;
  /** One letter, for "-p". */
  readonly short?: string;
  /**
   * - `switch`: takes no value;
   * - `text`: takes one; the last one counts;
   * - `texts`: may be repeated;
   * - `integer`: a whole number, at least `minimum`.
   */
  readonly kind: 'switch' | 'text' | 'texts' | 'integer';
  /** The value's name in help: "TAG". */
  readonly value?: string;
  /** The only accepted values, in lower case. Default: any. */
  readonly choices?: readonly string[];
  /** Smallest accepted integer. Default 0. */
  readonly minimum?: number;
  /** What it does, in a few words. */
  readonly summary: string;
}

/** What a command gets to work with. */
export interface Invocation {
  readonly input: Input;
  readonly output: Output;
  /** From environment and profile. Read when it is asked for; throws a SettingsError where one can't be used. */
  readonly settings: Settings;
  /** The caller's environment, as it is. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Aborted by the first SIGINT or SIGTERM, where the command is `stoppable`. */
  readonly stop: AbortSignal;
}

/** A file in `commands/`. */
export interface CommandModule {
  /** Resolves with the exit code, or with nothing for 0; rejects with what went wrong. */
  run(invocation: Invocation): Promise<number | undefined>;
}

/** One line of the table of commands: all that parsing and help need to know. */
export interface Command {
  /** One word, or two: "deployment create". */
  readonly name: string;
  /** One sentence without a full stop. */
  readonly summary: string;
  /** Further sentences for the command's own help. */
  readonly description?: string;
  readonly arguments: readonly Argument[];
  readonly flags: readonly Flag[];
  /** Ends in order by itself when told to stop; any other command simply ends at SIGINT, with exit code 130. */
  readonly stoppable?: true;
  /** Loads the command; called when it is used, so that help and parsing load nothing. */
  readonly load: () => Promise<CommandModule>;
}
