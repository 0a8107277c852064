import type { Clock } from '@millrace/clock';
import { type Database, openDatabase } from '@millrace/db';
import { startEmbeddedPostgres } from '@millrace/embedded-postgres';
import { silentLogger } from '@millrace/telemetry';

/** The one Postgres that both sides use, with a database for each. */
export interface BenchPostgres extends AsyncDisposable {
  /** Its version and the settings that matter, as it reports them. */
  readonly conditions: Readonly<Record<string, string>>;
  /** Makes an empty database; gives its address. */
  createDatabase(name: string): Promise<string>;
}

// As one would give a database of this size; for both sides the same. What makes commits durable is as shipped: on.
const shared = {
  shared_buffers: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
};

export interface BenchPostgresOptions {
  readonly directory: string;
  readonly clock: Clock;
  /** Counts the statements' times, which costs a little; see `statementTimes`. */
  readonly profile: boolean;
}

export async function startBenchPostgres({ directory, clock, profile }: BenchPostgresOptions): Promise<BenchPostgres> {
  await using stack = new AsyncDisposableStack();
  const settings = profile ? { ...shared, shared_preload_libraries: 'pg_stat_statements' } : shared;
  const postgres = stack.use(await startEmbeddedPostgres({ directory, clock, log: silentLogger(), settings }));
  const admin = stack.use(openBenchDatabase(postgres.url));
  const conditions: Record<string, string> = { postgres: await show(admin, 'server_version') };
  for (const name of Object.keys(settings)) conditions[name] = await show(admin, name);
  const started = stack.move();
  return {
    conditions,
    async createDatabase(name) {
      await execute(admin, `create database ${name}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** A pool of one's own to a database. */
export function openBenchDatabase(url: string): Database {
  return openDatabase({ url, schema: 'millrace', applicationName: 'bench', poolSize: 4 });
}

/** Runs a text that is used once. */
export function execute<Row>(database: Database, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return database.run<Row>({ name: 'bench', text }, values);
}

/** The first column of the only row, as a number. */
export async function count(database: Database, text: string, values: readonly unknown[] = []): Promise<number> {
  const [row] = await execute<Record<string, unknown>>(database, text, values);
  return Number(Object.values(row ?? {})[0]);
}

/** Starts every leg from the same state: statistics, visibility and the write-ahead log. */
export async function settle(database: Database): Promise<void> {
  await execute(database, 'vacuum (analyze)');
  await execute(database, 'checkpoint');
}

async function show(database: Database, setting: string): Promise<string> {
  const [row] = await execute<{ value: string }>(database, `select current_setting('${setting}') as value`);
  return row?.value ?? '';
}
