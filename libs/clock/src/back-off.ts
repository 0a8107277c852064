import type { Clock } from './clock.ts';

/** Delays between tries: each up to twice as long as the one before, and random, so that many clients don't come at once. */
export class BackOff {
  readonly #clock: Clock;
  readonly #firstMs: number;
  readonly #longestMs: number;
  #failures = 0;

  constructor(clock: Clock, options: { readonly firstMs?: number; readonly longestMs?: number } = {}) {
    this.#clock = clock;
    this.#firstMs = options.firstMs ?? 100;
    this.#longestMs = options.longestMs ?? 5_000;
  }

  /** It worked: the next delay is the first again. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits before the next try; `atLeastMs` is what the other side asked for. */
  async wait(signal?: AbortSignal, atLeastMs = 0): Promise<void> {
    const ceiling = Math.min(this.#firstMs * 2 ** this.#failures, this.#longestMs);
    this.#failures += 1;
    await this.#clock.sleep(Math.max(atLeastMs, ceiling * (0.5 + Math.random() / 2)), signal);
  }
}
