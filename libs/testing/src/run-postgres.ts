import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@millrace/clock';
import { startEmbeddedPostgres } from '@millrace/embedded-postgres';
import { createLogger } from '@millrace/telemetry';

/** A Postgres for as long as the tests run. */
export interface RunPostgres extends AsyncDisposable {
  readonly url: string;
}

/** Starts a Postgres in a temporary folder, which goes with it. Its data would not survive a crash. */
export async function startRunPostgres(): Promise<RunPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-test-'));
  const postgres = await startEmbeddedPostgres({
    directory,
    clock: systemClock,
    log: createLogger({ name: 'test-postgres', level: 'warn' }),
    fsync: false,
    settings: { max_connections: '400', max_wal_size: '1GB', autovacuum_naptime: '10min' },
  });
  return {
    url: postgres.url,
    async [Symbol.asyncDispose]() {
      await postgres[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
