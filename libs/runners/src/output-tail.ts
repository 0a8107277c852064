import { StringDecoder } from 'node:string_decoder';

const mostLines = 20;
// Beyond this a line is cut; a process may write megabytes without a line end.
const longestLine = 2_000;

/** Keeps the last lines of several streams, in the order in which they were finished. */
export class OutputTail {
  readonly #lines: string[] = [];
  readonly #unfinished: { text: string }[] = [];

  /** A taker of one stream's bytes. */
  reader(): (chunk: Uint8Array) => void {
    const decoder = new StringDecoder('utf8');
    const rest = { text: '' };
    this.#unfinished.push(rest);
    return (chunk) => {
      const lines = (rest.text + decoder.write(chunk)).split('\n');
      rest.text = (lines.pop() ?? '').slice(0, longestLine);
      for (const line of lines.slice(-mostLines)) this.#add(line);
    };
  }

  /** At most 20, what was not ended by a line end included. */
  lines(): string[] {
    const open = this.#unfinished.map(({ text }) => text).filter((text) => text !== '');
    return [...this.#lines, ...open].slice(-mostLines);
  }

  #add(line: string): void {
    this.#lines.push(line.replace(/\r$/, '').slice(0, longestLine));
    if (this.#lines.length > mostLines) this.#lines.shift();
  }
}
