import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What a process logs with. */
export interface LoggerOptions {
  /** Names the app: "orchestrator". */
  readonly name: string;
  /** Lowest level that is written: "debug", "info" (default), "warn", "error", "silent". */
  readonly level?: string;
}

/** One JSON object per line on stderr, so that a command's stdout stays its own. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    { name: options.name, level: options.level ?? 'info', base: { name: options.name } },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** For tests and for callers that want no log. */
export function silentLogger(): Logger {
  return pino({ level: 'silent' });
}
