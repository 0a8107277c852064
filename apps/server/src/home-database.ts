import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { holdServerLock } from '@millrace/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@millrace/embedded-postgres';
import type { Logger } from '@millrace/telemetry';
import { ServerError } from './server-error.ts';

/** The embedded database of a home, started anew whenever it ends under us. */
export interface HomeDatabase extends AsyncDisposable {
  readonly url: string;
}

export interface HomeDatabaseOptions {
  readonly home: string;
  /** Says who has the home, to a second server that wants it. */
  readonly holder: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Starts it, and takes the home for this server alone. */
export async function openHomeDatabase({ home, holder, clock, log }: HomeDatabaseOptions): Promise<HomeDatabase> {
  const directory = join(home, 'postgres');
  const start = () => startEmbeddedPostgres({ directory, clock, log });
  const take = async () => {
    const lock = await holdServerLock(url, holder);
    if (lock.held) return lock;
    throw new ServerError(
      'HOME_IN_USE',
      `${home} is in use by the server ${lock.by}: use that one, stop it, or set MILLRACE_HOME`,
    );
  };
  let current: EmbeddedPostgres = await start();
  const { url } = current;
  const stop = new AbortController();
  let lock: AsyncDisposable;
  try {
    lock = await take();
  } catch (error) {
    await current[Symbol.asyncDispose]();
    throw error;
  }
  // It went with the connection.
  const takeAgain = async () => {
    try {
      lock = await take();
    } catch (error) {
      log.error({ err: error }, 'the home could not be taken again');
    }
  };
  const keep = async () => {
    while (!stop.signal.aborted) {
      await current.ended;
      for (let pauseMs = 100; !stop.signal.aborted; pauseMs = Math.min(pauseMs * 2, 5_000)) {
        log.error('the embedded Postgres ended; starting it again');
        const again = await start().catch((error: unknown) => void log.error({ err: error }, 'it did not start'));
        if (again) {
          current = again;
          if (again.url !== url) log.fatal('the embedded Postgres came back elsewhere; restart the server');
          if (!stop.signal.aborted) await takeAgain();
          break;
        }
        await clock.sleep(pauseMs, stop.signal);
      }
    }
  };
  const keeping = keep();
  return {
    url,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await lock[Symbol.asyncDispose]().then(undefined, () => undefined);
      await current[Symbol.asyncDispose]();
      await keeping;
      // It may have been about to come back.
      await current[Symbol.asyncDispose]();
    },
  };
}
