import type { Settings } from '@millrace/settings';
import { createLogger, type Logger } from '@millrace/telemetry';

/** The log of a server or an agent that somebody started by hand: what goes wrong, unless more was asked for. */
export function processLogger(name: string, settings: Settings): Logger {
  return createLogger({ name, level: settings.logLevel ?? 'warn' });
}
