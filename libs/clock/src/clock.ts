/** A pending timer; cancelling one that has fired does nothing. */
export interface Timer {
  cancel(): void;
}

/** Where a component gets its time from. Nothing else in Millrace may ask for the time or set a timer. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z, whole. */
  now(): number;
  /** Calls `fire` once, `delayMs` from now (at once, but never synchronously, if that is not positive). */
  setTimer(delayMs: number, fire: () => void): Timer;
  /** Resolves `delayMs` from now, or as soon as the signal is aborted; never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
}

// Node fires timers above this at once; nothing of ours needs a longer one, so it is cut and the caller looks again.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS));
    return { cancel: () => clearTimeout(timer) };
  },
  sleep: (delayMs, signal) => sleepOn(systemClock, delayMs, signal),
};

/** `sleep` in terms of `setTimer`, for every clock. */
export function sleepOn(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      timer.cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimer(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
