import type { Settings } from '@millrace/settings';
import { createLogger, type Logger } from '@millrace/telemetry';

/** The log of a server or an agent that somebody started by hand: what goes wrong, unless more was asked for. */
export function processLogger(
  name: string,
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
): Logger {
  return createLogger({ name, level: environment.MILLRACE_LOG_LEVEL ? settings.logLevel : 'warn' });
}
