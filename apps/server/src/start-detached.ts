import type { Clock, Timer } from '@millrace/clock';
import { ListenError } from '@millrace/rpc/server';
import type { Settings } from '@millrace/settings';
import type { Logger } from '@millrace/telemetry';
import { HomeInUseError } from './home-database.ts';
import { readServerFile } from './server-file.ts';
import { type RunningServer, startServer } from './start.ts';

/** How {@link startDetached} starts. */
export interface DetachedOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long it goes on without a client. Default 10,000. */
  readonly unusedMs?: number;
}

/** A server that somebody needs as long as somebody is connected. */
export interface DetachedServer extends AsyncDisposable {
  readonly url: string;
  /** Resolves when it had no client for a while, or the signal is aborted; at once for a server of another process. */
  unused(stop: AbortSignal): Promise<void>;
}

// A rival that won the home may have its database to make first.
const RIVAL_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** The server of the home: one that is started here, or the one that another process started at the same moment. */
export async function startDetached(options: DetachedOptions): Promise<DetachedServer> {
  const { settings } = options;
  try {
    return await startOne(options, settings.port);
  } catch (error) {
    if (error instanceof ListenError && settings.port !== 0)
      return startDetached({ ...options, settings: { ...settings, port: 0 } });
    if (!(error instanceof HomeInUseError)) throw error;
    const url = await rivalOf(options, error.by);
    if (url === undefined) throw error;
    return { url, unused: async () => {}, [Symbol.asyncDispose]: async () => {} };
  }
}

async function startOne(
  { settings, clock, log, unusedMs = 10_000 }: DetachedOptions,
  port: number,
): Promise<DetachedServer> {
  const { home, databaseUrl, databaseSchema, encryptionKeys, allowedHosts } = settings;
  const over = Promise.withResolvers<void>();
  let open = 0;
  let timer: Timer | undefined;
  const watch = () => {
    timer?.cancel();
    timer = open === 0 ? clock.setTimer(unusedMs, over.resolve) : undefined;
  };
  const server: RunningServer = await startServer({
    ...{ home, port, databaseUrl, databaseSchema, encryptionKeys, allowedHosts, clock, log },
    detached: true,
    onConnections(now) {
      open = now;
      watch();
    },
  });
  // Not before: how long the start takes is nobody's absence.
  watch();
  return {
    url: server.url,
    async unused(stop) {
      stop.addEventListener('abort', () => over.resolve(), { once: true });
      await over.promise;
      timer?.cancel();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Where the server is that has the home; it says so once it serves. */
async function rivalOf({ settings, clock }: DetachedOptions, by: string): Promise<string | undefined> {
  const giveUpAt = clock.now() + RIVAL_WITHIN_MS;
  while (clock.now() < giveUpAt) {
    const file = await readServerFile(settings.home);
    if (file && by.endsWith(`(pid ${file.pid})`)) return file.url;
    await clock.sleep(LOOK_EVERY_MS);
  }
  return undefined;
}
