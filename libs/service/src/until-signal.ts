import { systemClock } from '@millrace/clock';

// npm passes a terminal's Ctrl-C on to a child that got it already: what comes this soon is the same one.
const SAME_PRESS_MS = 1_000;

/** Resolves with the first SIGINT or SIGTERM. A later one ends the process at once, with the shell's exit code for it. */
export function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const take = (signal: NodeJS.Signals) => {
      const now = systemClock.now();
      if (first !== undefined && now - first > SAME_PRESS_MS) process.exit(signal === 'SIGINT' ? 130 : 143);
      first ??= now;
      resolve(signal);
    };
    process.on('SIGINT', take);
    process.on('SIGTERM', take);
  });
}
