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
const LOOK_EVERY_MS = 200;

/** The server of the home: one that is started here, or the one that another process started at the same moment. */
export async function startDetached(options: DetachedOptions): Promise<DetachedServer> {
  const { settings, clock } = options;
  const giveUpAt = clock.now() + RIVAL_WITHIN_MS;
  for (;;) {
    try {
      return await startOne(options, settings.port);
    } catch (error) {
      if (error instanceof ListenError && settings.port !== 0)
        return startDetached({ ...options, settings: { ...settings, port: 0 } });
      if (!(error instanceof HomeInUseError) || clock.now() > giveUpAt) throw error;
      const file = await readServerFile(settings.home);
      if (file && error.by.endsWith(`(pid ${file.pid})`))
        return { url: file.url, unused: async () => {}, [Symbol.asyncDispose]: async () => {} };
      // It does not serve yet, or no longer: then the home is about to be free.
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
}

async function startOne(
  { settings, clock, log, unusedMs = 10_000 }: DetachedOptions,
  port: number,
): Promise<DetachedServer> {
  // On the embedded database, whatever other is named: of a home's servers there is one, and it can be found.
  const { home, databaseSchema, encryptionKeys, allowedHosts, retention } = settings;
  const over = Promise.withResolvers<void>();
  let open = 0;
  let timer: Timer | undefined;
  const watch = () => {
    timer?.cancel();
    timer = open === 0 ? clock.setTimer(unusedMs, endUnlessHeld) : undefined;
  };
  // The run of a program that was killed is held until its lease ends; without a server nobody would see that.
  const endUnlessHeld = async () => {
    const isHeld = await server.holdsRuns().catch(() => false);
    if (isHeld) log.info('no client is left, but runs are held: the server stays for them');
    if (isHeld && open === 0) watch();
    else if (open === 0) over.resolve();
  };
  const server: RunningServer = await startServer({
    ...{ home, port, databaseSchema, encryptionKeys, allowedHosts, retention, clock, log },
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
