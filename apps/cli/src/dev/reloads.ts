import type { Clock, Timer } from '@millrace/clock';

// One save is several events, and a checkout is many files.
const QUIET_MS = 50;
// Whatever writes without a pause is not waited for any longer.
const LONGEST_WAIT_MS = 1_000;

/** What reloads, and by whose time. */
export interface ReloadsOptions {
  readonly clock: Clock;
  /** Reloads; never rejects. To be given up when the signal is aborted: something changed again, or all ends. */
  readonly reload: (changed: ReadonlySet<string>, superseded: AbortSignal) => Promise<void>;
}

type Phase =
  | { readonly kind: 'idle' }
  | { readonly kind: 'settling'; readonly since: number; readonly timer: Timer }
  | { readonly kind: 'running'; readonly superseded: AbortController; readonly ended: Promise<void> };

/** Makes one reload of many changes: when they pause, and never two at once. */
export class Reloads implements AsyncDisposable {
  readonly #options: ReloadsOptions;
  #phase: Phase = { kind: 'idle' };
  #changed = new Set<string>();
  #isWanted = false;
  #isClosed = false;

  constructor(options: ReloadsOptions) {
    this.#options = options;
  }

  /** Something changed; a reload that is under way is given up, and another follows. */
  changed(path: string): void {
    this.#changed.add(path);
    if (this.#phase.kind === 'running') this.#again();
    else this.#settle();
  }

  /** Reloads without waiting, though nothing changed. */
  now(): void {
    if (this.#phase.kind === 'settling') this.#phase.timer.cancel();
    if (this.#phase.kind === 'running') this.#again();
    else this.#run();
  }

  /** Ends the reload that is under way; none follows. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    if (this.#phase.kind === 'settling') this.#phase.timer.cancel();
    if (this.#phase.kind !== 'running') return;
    this.#phase.superseded.abort();
    await this.#phase.ended;
  }

  #again(): void {
    this.#isWanted = true;
    if (this.#phase.kind === 'running') this.#phase.superseded.abort();
  }

  #settle(): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const now = clock.now();
    const since = this.#phase.kind === 'settling' ? this.#phase.since : now;
    if (this.#phase.kind === 'settling') this.#phase.timer.cancel();
    const timer = clock.setTimer(Math.min(QUIET_MS, since + LONGEST_WAIT_MS - now), () => this.#run());
    this.#phase = { kind: 'settling', since, timer };
  }

  #run(): void {
    if (this.#isClosed) return;
    const changed = this.#changed;
    this.#changed = new Set();
    this.#isWanted = false;
    const superseded = new AbortController();
    const ended = this.#options.reload(changed, superseded.signal).finally(() => {
      this.#phase = { kind: 'idle' };
      if (this.#isWanted) this.#settle();
    });
    this.#phase = { kind: 'running', superseded, ended };
  }
}
