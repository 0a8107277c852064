import type { Clock, Timer } from '@millrace/clock';

/** Collects items and hands them on together: at once after a pause, and then never more often than each `everyMs`. */
export class Coalescer<T> {
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #deliver: (items: readonly T[]) => void;
  #items: T[] = [];
  #timer: Timer | undefined;
  #deliveredAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, everyMs: number, deliver: (items: readonly T[]) => void) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#deliver = deliver;
  }

  push(item: T): void {
    this.#items.push(item);
    // The machine's clock may be set back.
    const waitMs = Math.min(this.#everyMs, this.#deliveredAt + this.#everyMs - this.#clock.now());
    this.#timer ??= this.#clock.setTimer(waitMs, () => this.#flush());
  }

  #flush(): void {
    this.#timer = undefined;
    this.#deliveredAt = this.#clock.now();
    const items = this.#items;
    this.#items = [];
    this.#deliver(items);
  }
}
