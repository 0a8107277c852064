// The server that a program starts for itself: no terminal, no flags. It tells its starter where it is, or why it is not,
// and ends some time after its last client.
import process from 'node:process';
import { systemClock as clock } from '@millrace/clock';
import { processSettings } from '@millrace/settings';
import { createLogger } from '@millrace/telemetry';
import { startDetached } from './start-detached.ts';

/** What the starter is told, once. */
export type DetachedNews = { readonly url: string } | { readonly error: string };

const tell = (news: DetachedNews) =>
  new Promise<void>((resolve) => {
    if (!process.send) return resolve();
    process.send(news, undefined, undefined, () => resolve());
  });
const settings = processSettings();
const log = createLogger({ name: 'server', level: settings.logLevel ?? 'warn' });
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
try {
  await using server = await startDetached({ settings, clock, log });
  await tell({ url: server.url });
  if (process.connected) process.disconnect?.();
  await server.unused(stop.signal);
} catch (error) {
  log.error({ err: error }, 'the server could not be started');
  await tell({ error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
