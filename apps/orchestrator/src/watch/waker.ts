import type { Clock } from '@millrace/clock';
import type { Signals } from '@millrace/db';

/** Says when it is time to look again. Disposing of it ends the subscription. */
export interface Waker extends Disposable {
  /**
   * Resolves with the next signal, after `longestMs`, or when `abort` is aborted; at once if there was a signal since it
   * last resolved, so that signals that come while their reader is busy lead to one more look and not to many.
   */
  wait(longestMs: number, abort: AbortSignal): Promise<void>;
}

/** Is woken by what happens to the runs, and by a resync. */
export function openWaker(signals: Signals, clock: Clock, flowRunIds: ReadonlySet<string>): Waker {
  let woken = false;
  let wake = () => {};
  const unsubscribe = signals.subscribe(({ kind, id }) => {
    if (kind !== 'resync' && (kind === 'queue' || !flowRunIds.has(id))) return;
    woken = true;
    wake();
  });
  return {
    async wait(longestMs, abort) {
      if (!woken && !abort.aborted)
        await new Promise<void>((resolve) => {
          const timer = clock.setTimer(longestMs, () => wake());
          wake = () => {
            timer.cancel();
            abort.removeEventListener('abort', wake);
            wake = () => {};
            resolve();
          };
          abort.addEventListener('abort', wake);
        });
      woken = false;
    },
    [Symbol.dispose]: unsubscribe,
  };
}
