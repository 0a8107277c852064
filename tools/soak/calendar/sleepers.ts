import type { Clock } from '@millrace/clock';

/** A clock that knows how many sleep by it for a short time. */
export interface WatchedClock {
  readonly clock: Clock;
  /** Resolves as soon as so many sleep at once. */
  untilAsleep(count: number): Promise<void>;
}

/**
 * Loops sleep between their passes: when all of them do, what was due has been done.
 *
 * @param shortMs who sleeps for longer is not counted
 */
export function watchSleepers(inner: Clock, shortMs: number): WatchedClock {
  let asleep = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const look = () => {
    for (const { resolve } of waiting.filter(({ count }) => asleep >= count)) resolve();
    waiting = waiting.filter(({ count }) => asleep < count);
  };
  return {
    clock: {
      now: () => inner.now(),
      setTimer: (delayMs, fire) => inner.setTimer(delayMs, fire),
      async sleep(delayMs, signal) {
        const isShort = delayMs <= shortMs;
        if (isShort) asleep += 1;
        look();
        await inner.sleep(delayMs, signal);
        if (isShort) asleep -= 1;
      },
    },
    untilAsleep: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        look();
      }),
  };
}
