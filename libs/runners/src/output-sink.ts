import type { Readable, Writable } from 'node:stream';

/** Passes on what many processes print to one stream, as it is, no faster than that stream takes it. */
export class OutputSink {
  readonly #target: Writable;
  readonly #held = new Set<Readable>();
  #broken = false;

  /** @param target stays open; once it fails, everything further is dropped. */
  constructor(target: Writable) {
    this.#target = target;
    target.on('drain', () => this.#release());
    target.on('error', () => {
      this.#broken = true;
      this.#release();
    });
  }

  write(source: Readable, chunk: Uint8Array): void {
    if (this.#broken || this.#target.write(chunk)) return;
    source.pause();
    this.#held.add(source);
  }

  #release(): void {
    for (const source of this.#held) source.resume();
    this.#held.clear();
  }
}
