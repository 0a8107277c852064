import type { Clock } from '@millrace/clock';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
// npm passes on a Ctrl-C that the terminal has sent to everybody already: one press arrives as two signals.
const SAME_PRESS_MS = 500;

/** What SIGINT and SIGTERM do to this process. */
export interface Signals {
  /** From now on the first one aborts the signal given; only a later one ends the process at once. */
  take(clock: Clock): AbortSignal;
}

/** Until they are taken, both end the process at once, quietly, with the shell's exit code for them. */
export function exitOnSignals(): Signals {
  const stop = new AbortController();
  let clock: Clock | undefined;
  let firstAt: number | undefined;
  const on = (exitCode: number) => () => {
    const now = clock?.now();
    if (now === undefined || (firstAt !== undefined && now - firstAt > SAME_PRESS_MS)) process.exit(exitCode);
    firstAt ??= now;
    stop.abort();
  };
  for (const [name, exitCode] of Object.entries(exitCodes)) process.on(name, on(exitCode));
  return {
    take(given) {
      clock = given;
      return stop.signal;
    },
  };
}
