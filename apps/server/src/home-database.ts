import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { findServerLockHolder, holdServerLock } from '@millrace/db';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@millrace/embedded-postgres';
import type { Logger } from '@millrace/telemetry';
import { ServerError } from './server-error.ts';
import { readServerFile } from './server-file.ts';

/** The embedded database of a home, started anew whenever it ends under us. */
export interface HomeDatabase extends AsyncDisposable {
  readonly url: string;
}

export interface HomeDatabaseOptions {
  readonly home: string;
  /** Says who has the home, to a second server that wants it. */
  readonly holder: string;
  /** Whether it is for a server that a program starts for itself, which ends no other. */
  readonly isDetached: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  /** Told of what takes time, in words for people. */
  readonly onProgress: (line: string) => void;
}

const TAKE_OVER_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Starts it, and takes the home for this server alone. */
export async function openHomeDatabase(options: HomeDatabaseOptions): Promise<HomeDatabase> {
  const { home, clock, log } = options;
  const directory = join(home, 'postgres');
  const start = () => startEmbeddedPostgres({ directory, clock, log });
  let { current, lock } = await open(options, start);
  const { url } = current;
  const stop = new AbortController();
  // It went with the connection.
  const takeAgain = async () => {
    try {
      lock = await takeHome(url, options);
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

interface Opened {
  readonly current: EmbeddedPostgres;
  readonly lock: AsyncDisposable;
}

async function open(options: HomeDatabaseOptions, start: () => Promise<EmbeddedPostgres>): Promise<Opened> {
  const { clock } = options;
  let giveUpAt: number | undefined;
  for (;;) {
    const current = await start();
    try {
      // Another living process's: that one is about to take the home, and to lose its Postgres would be its end.
      if (!current.owned) throw new HomeInUseError(options.home, await describeOther(current.url));
      return { current, lock: await takeHome(current.url, options) };
    } catch (error) {
      await current[Symbol.asyncDispose]();
      if (!(error instanceof HomeInUseError)) throw error;
      // Told once; the lock says when it is over.
      if (giveUpAt === undefined && (await endDetached(error.by, options)))
        giveUpAt = clock.now() + TAKE_OVER_WITHIN_MS;
      if (giveUpAt === undefined || clock.now() > giveUpAt) throw error;
      await clock.sleep(LOOK_EVERY_MS);
    }
  }
}

async function describeOther(url: string): Promise<string> {
  // Its Postgres may be about to end.
  const by = await findServerLockHolder(url).catch(() => undefined);
  return by ?? 'that is starting or ending';
}

/** The home has another server, which `by` describes: "http://127.0.0.1:4200 (pid 4711)". */
export class HomeInUseError extends ServerError {
  readonly by: string;

  constructor(home: string, by: string) {
    super('HOME_IN_USE', `${home} is in use by the server ${by}: use that one, stop it, or set MILLRACE_HOME`);
    this.by = by;
  }
}

async function takeHome(url: string, { home, holder }: HomeDatabaseOptions): Promise<AsyncDisposable> {
  const lock = await holdServerLock(url, holder);
  if (lock.held) return lock;
  throw new HomeInUseError(home, lock.by);
}

/**
 * Tells the server that has the home to end, if it is one that a program started for itself: its clients find this one. Gives
 * whether it was one.
 */
async function endDetached(by: string, { home, isDetached, onProgress }: HomeDatabaseOptions): Promise<boolean> {
  const file = await readServerFile(home);
  // The lock is the living process's; a number in a file alone may have become another's.
  if (isDetached || !file?.detached || !by.endsWith(`(pid ${file.pid})`)) return false;
  onProgress(`Taking over from the server that a program started (pid ${file.pid})…`);
  try {
    process.kill(file.pid, 'SIGTERM');
    return true;
  } catch (error) {
    // It has ended by itself.
    return (error as { code?: unknown }).code === 'ESRCH';
  }
}
