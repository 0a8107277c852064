import { styleText } from 'node:util';
import type { DescMessage, JsonValue, MessageShape } from '@bufbuild/protobuf';
import { alignRows } from './table.ts';
import { isoTime, relativeTime } from './times.ts';
import { oneLine, visibleText } from './visible-text.ts';

/** What is needed of a stream. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Where a command writes to. */
export interface OutputOptions {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Whether replies are printed as JSON rather than for people. */
  readonly json: boolean;
  /** Whether stdout, and stderr, take colours. */
  readonly colours: { readonly stdout: boolean; readonly stderr: boolean };
  /** The present, in milliseconds since 1970. */
  readonly now: () => number;
}

type Style = Parameters<typeof styleText>[0];

/** What a command says: its result on stdout, everything about it on stderr. */
export class Output {
  readonly json: boolean;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.json = options.json;
    this.#options = options;
  }

  /** A line of the result. */
  line(text = ''): void {
    this.#options.stdout.write(`${this.#shown(this.#options.stdout, text)}\n`);
  }

  /** A line about the result: progress, states, advice. */
  note(text: string, style?: Style): void {
    const shown = this.#shown(this.#options.stderr, text);
    const { colours, stderr } = this.#options;
    stderr.write(`${colours.stderr && style ? styleText(style, shown, { validateStream: false }) : shown}\n`);
  }

  /** Rows below a heading; nothing but the heading where there are none. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    const shown = rows.map((row) => row.map((cell) => this.#shown(this.#options.stdout, oneLine(cell))));
    const [first = '', ...others] = alignRows([heading, ...shown]);
    const { stdout, colours } = this.#options;
    stdout.write(`${colours.stdout ? styleText('bold', first, { validateStream: false }) : first}\n`);
    for (const line of others) stdout.write(`${line}\n`);
  }

  /** Names and values below one another; those without a value are left out. */
  details(rows: readonly (readonly [string, string | undefined])[]): void {
    const given = rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== '');
    for (const line of alignRows(given.map(([name, value]) => [`${name}:`, oneLine(value)]))) this.line(line);
  }

  /** A whole reply as a JSON document. */
  async reply<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>): Promise<void> {
    this.#options.stdout.write(`${JSON.stringify(await toProto3Json(schema, message), undefined, 2)}\n`);
  }

  /** One message of many as a line of JSON. */
  async event<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>): Promise<void> {
    this.#options.stdout.write(`${JSON.stringify(await toProto3Json(schema, message))}\n`);
  }

  /** A result that is no reply of the API, as a line of JSON. */
  value(value: JsonValue): void {
    this.#options.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A time for people, relative to now, on a terminal; exact elsewhere. */
  time(atMs: number | undefined): string {
    if (atMs === undefined) return '';
    return this.#options.stdout.isTTY ? relativeTime(atMs, this.#options.now()) : isoTime(atMs);
  }

  #shown(sink: TextSink, text: string): string {
    return sink.isTTY ? visibleText(text) : text;
  }
}

// Loaded when used: commands that print no JSON, and help, do without it.
async function toProto3Json<Schema extends DescMessage>(schema: Schema, message: MessageShape<Schema>) {
  const { toJson } = await import('@bufbuild/protobuf');
  return toJson(schema, message, { alwaysEmitImplicit: true });
}
