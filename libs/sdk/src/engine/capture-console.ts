import { syncBuiltinESMExports } from 'node:module';
import { format, inspect } from 'node:util';
import { findRunContext, printsOf } from '../run-context.ts';
import { levels } from './run-log.ts';

const methods = {
  log: levels.info,
  info: levels.info,
  debug: levels.debug,
  warn: levels.warn,
  error: levels.error,
} as const;

type Method = keyof typeof methods;
type Record = (level: number, message: string) => void;

// On globalThis under a registered symbol: the engine and the flow may each have a copy of this package.
const key = Symbol.for('millrace.console');
const holder = globalThis as { [key]?: { readonly [name in Method]: (...values: unknown[]) => void } };

/**
 * From here on what is given to `console` is recorded by the run in which that happens, and is printed as before. The other
 * methods (`table`, `trace`, `count`, …) speak through these. The first call counts.
 *
 * @param record takes what is printed in no run, or in one that keeps no prints of its own
 */
export function captureConsole(record: Record): void {
  if (holder[key]) return;
  const entries = Object.entries(methods) as [Method, number][];
  const originals = entries.map(([name]) => [name, console[name].bind(console)]);
  holder[key] = Object.fromEntries(originals) as NonNullable<(typeof holder)[typeof key]>;
  const take: Record = (level, message) => (printsOf(findRunContext()) ?? record)(level, message);
  for (const [name, level] of entries) {
    console[name] = (...values: unknown[]) => {
      const message = format(...values);
      // A terminal gets the values themselves, in colour; else they are put into words once.
      if (process.stdout.isTTY) holder[key]?.[name](...values);
      else holder[key]?.[name]('%s', message);
      take(level, message);
    };
  }
  const print = console.dir.bind(console);
  console.dir = (value: unknown, options?: object) => {
    print(value, options);
    take(levels.info, inspect(value, { customInspect: false, ...options }));
  };
  // For those who import the methods from node:console.
  syncBuiltinESMExports();
}

/** Prints without recording. */
export function printOnly(name: Method, ...values: unknown[]): void {
  (holder[key]?.[name] ?? console[name])(...values);
}
