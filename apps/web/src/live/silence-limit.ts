import type { Clock, Timer } from '@millrace/clock';

// The server gives a sign of life every 10 s.
const silenceMs = 25_000;

/** Gives a stream up when nothing was heard for too long: a network can go away without a word. */
export class SilenceLimit implements Disposable {
  readonly #clock: Clock;
  readonly #silent = new AbortController();
  readonly signal: AbortSignal;
  #timer: Timer | undefined;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.signal = AbortSignal.any([signal, this.#silent.signal]);
    this.heard();
  }

  heard(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(silenceMs, () => this.#silent.abort());
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#silent.abort();
  }
}
