import type { ServiceUrls } from '@millrace/settings';

/** The server that this process belongs to. */
export interface ServerOfProcess {
  readonly urls: ServiceUrls;
  /** Whether it gave this process the run that is executed, so that all of it is waited for, however long it is away. */
  readonly isEngine: boolean;
}

// On globalThis under a registered symbol: the engine and the flow may each have a copy of this package.
const key = Symbol.for('millrace.server-of-process');
const holder = globalThis as { [key]?: ServerOfProcess | undefined };

/** The server that this process was given, or has found; undefined where it had no need of one yet. */
export function serverOfProcess(): ServerOfProcess | undefined {
  return holder[key];
}

/** From here on clients and calls of flows in this process use that server, unless told otherwise. */
export function useServer(server: ServerOfProcess | undefined): void {
  holder[key] = server;
}
