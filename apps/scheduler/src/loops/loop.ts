import type { Clock } from '@millrace/clock';
import type { LoopStatus } from '@millrace/rpc/server';
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

/** Disposing stops it, and waits for the pass under way. */
export interface Loop extends AsyncDisposable {
  readonly status: LoopStatus;
}

/** The first pass begins at once. */
export function startLoop({ name, clock, log, everyMs, pass }: LoopOptions): Loop {
  const stop = new AbortController();
  let status: LoopStatus = {
    ...{ name, passes: 0, failures: 0, lastPassMs: 0, totalPassMs: 0, lastEndedAt: null, lastError: null },
  };
  const passOnce = async (): Promise<string | null> => {
    try {
      await pass(stop.signal);
      return null;
    } catch (error) {
      if (!stop.signal.aborted) log.error({ err: error, loop: name }, 'a pass failed');
      return error instanceof Error ? error.message : String(error);
    }
  };
  const run = async () => {
    while (!stop.signal.aborted) {
      const began = clock.now();
      const lastError = await passOnce();
      const lastEndedAt = clock.now();
      const lastPassMs = lastEndedAt - began;
      status = {
        ...{ name, lastError, lastEndedAt, lastPassMs },
        passes: status.passes + 1,
        failures: status.failures + (lastError === null ? 0 : 1),
        totalPassMs: status.totalPassMs + lastPassMs,
      };
      await clock.sleep(everyMs * (1 + Math.random() / 10), stop.signal);
    }
  };
  const running = run();
  return {
    get status() {
      return status;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
