import type { Clock } from '@millrace/clock';
import { ensurePartitions, PartitionsBusyError } from '../partitions/ensure-partitions.ts';
import { openSignals, type Signals } from '../signals/signals.ts';
import { type Database, openDatabase } from './database.ts';
import { startDatabaseClock } from './database-clock.ts';
import { migrate } from './migrate.ts';

/** What every app works with: the tables, up to date; the wake-ups; the database's time. */
export interface Installation extends AsyncDisposable {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
}

export interface InstallationOptions {
  readonly databaseUrl: string;
  readonly databaseSchema: string;
  /** Shows in pg_stat_activity. */
  readonly applicationName: string;
  /** The machine's clock. */
  readonly clock: Clock;
  /** Told of what mends itself: connections that broke, partitions that can't be made yet. */
  readonly onError: (error: unknown) => void;
}

/** Connects, brings the schema up to date, and listens. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(
    openDatabase({
      url: options.databaseUrl,
      schema: options.databaseSchema,
      applicationName: options.applicationName,
      onError: options.onError,
    }),
  );
  await migrate(database);
  const clock = stack.use(await startDatabaseClock(database, options.clock));
  // It works without them, and the scheduler tries again.
  await ensurePartitions(database, clock.now()).catch((error: unknown) => {
    if (!(error instanceof PartitionsBusyError)) throw error;
    options.onError(error);
  });
  const signals = stack.use(await openSignals(database, { clock: options.clock, onError: options.onError }));
  const opened = stack.move();
  return { database, signals, clock, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
