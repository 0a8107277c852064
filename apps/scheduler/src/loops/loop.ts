import type { Clock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';

/** A piece of work done again and again. */
export interface LoopOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** From the end of one pass to the begin of the next; up to a tenth is added, so that replicas drift apart. */
  readonly everyMs: number;
  /** One pass. An error is logged, and the loop goes on. */
  readonly pass: (signal: AbortSignal) => Promise<void>;
}

/** The first pass begins at once. Disposing waits for the pass under way. */
export function startLoop(options: LoopOptions): AsyncDisposable {
  const { clock, log, everyMs } = options;
  const stop = new AbortController();
  const run = async () => {
    while (!stop.signal.aborted) {
      try {
        await options.pass(stop.signal);
      } catch (error) {
        if (!stop.signal.aborted) log.error({ err: error, loop: options.name }, 'a pass failed');
      }
      await clock.sleep(everyMs * (1 + Math.random() / 10), stop.signal);
    }
  };
  const running = run();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
