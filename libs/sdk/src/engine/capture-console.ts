import { syncBuiltinESMExports } from 'node:module';
import { format, inspect } from 'node:util';
import { levels } from './run-log.ts';

const methods = {
  log: levels.info,
  info: levels.info,
  debug: levels.debug,
  warn: levels.warn,
  error: levels.error,
} as const;

/**
 * From here on what user code gives to `console` is given to `record` and is printed as before. The other methods
 * (`table`, `trace`, `count`, …) speak through these five.
 */
export function captureConsole(record: (level: number, message: string) => void): void {
  for (const [name, level] of Object.entries(methods) as [keyof typeof methods, number][]) {
    const print = console[name].bind(console);
    console[name] = (...values: unknown[]) => {
      const message = format(...values);
      print('%s', message);
      record(level, message);
    };
  }
  const print = console.dir.bind(console);
  console.dir = (value: unknown, options?: object) => {
    print(value, options);
    record(levels.info, inspect(value, { customInspect: false, ...options }));
  };
  // For those who import the methods from node:console.
  syncBuiltinESMExports();
}
