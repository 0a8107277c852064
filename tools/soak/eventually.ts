import type { Clock } from '@millrace/clock';

/** How long a condition is waited for. */
export interface Patience {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  readonly withinMs: number;
  /** What is waited for, for the message of a timeout. */
  readonly what: string;
}

const LOOK_EVERY_MS = 25;

/** The first answer that is not undefined. An error counts as none: what is asked may be away for a time. */
export async function eventually<T>(patience: Patience, ask: () => Promise<T | undefined>): Promise<T> {
  const { clock, stop, withinMs, what } = patience;
  const until = clock.now() + withinMs;
  for (let failure: unknown; ; ) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    stop.throwIfAborted();
    if (clock.now() > until) throw new Error(`not within ${withinMs / 1000} s: ${what}`, { cause: failure });
    await clock.sleep(LOOK_EVERY_MS, stop);
  }
}
