import type { Command, Flag } from './command.ts';

/** A command line that was checked against its command: every value asked for below is declared there. */
export class Input {
  /** The positional arguments, in order. */
  readonly arguments: readonly string[];
  readonly #flags: readonly Flag[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(command: Command, positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.arguments = positionals;
    this.#flags = command.flags;
    this.#values = values;
  }

  /** The first positional argument. */
  get argument(): string {
    const first = this.optionalArgument;
    if (first === undefined) throw new TypeError('the command takes no argument');
    return first;
  }

  /** The first positional argument of a command that can do without. */
  get optionalArgument(): string | undefined {
    return this.arguments[0];
  }

  /** Whether a switch was given. */
  on(name: string): boolean {
    return this.#given(name, 'switch').length > 0;
  }

  /** The value of a `text` flag. */
  text(name: string): string | undefined {
    return this.#given(name, 'text').at(-1);
  }

  /** The values of a `texts` flag. */
  texts(name: string): readonly string[] {
    return this.#given(name, 'texts');
  }

  /** The value of an `integer` flag. */
  integer(name: string): number | undefined {
    const value = this.#given(name, 'integer').at(-1);
    return value === undefined ? undefined : Number(value);
  }

  #given(name: string, kind: Flag['kind']): readonly string[] {
    if (!this.#flags.some((flag) => flag.name === name && flag.kind === kind))
      throw new TypeError(`the command declares no ${kind} --${name}`);
    return this.#values.get(name) ?? [];
  }
}
