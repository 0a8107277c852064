import { printOnly } from '../engine/capture-console.ts';
import type { RunLogger } from '../run-context.ts';

const printedBy = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  error: 'error',
  fatal: 'error',
} as const satisfies { readonly [level in keyof RunLogger]: string };

/** A logger whose lines are printed, too. */
export function printingLogger(logger: RunLogger): RunLogger {
  const levels = Object.entries(printedBy) as [keyof RunLogger, (typeof printedBy)[keyof RunLogger]][];
  const both = levels.map(([level, method]) => [
    level,
    (message: string, ...values: unknown[]) => {
      logger[level](message, ...values);
      printOnly(method, message, ...values);
    },
  ]);
  return Object.fromEntries(both) as RunLogger;
}
