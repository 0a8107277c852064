import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { clientConfig } from './client-config.ts';
import { type Executor, kyselyExecutor } from './statement.ts';
import type { Tables } from './tables.ts';

/** The way to the tables of one installation. */
export interface Database extends Executor, AsyncDisposable {
  /** For queries that are built; tables are in the installation's schema already. */
  readonly kysely: Kysely<Tables>;
  readonly schema: string;
  readonly url: string;
}

export interface DatabaseOptions {
  /** postgres://… */
  readonly url: string;
  /** The installation's schema. */
  readonly schema: string;
  /** Shows in pg_stat_activity. */
  readonly applicationName: string;
  /** Most connections of the pool; lanes and the listener have their own. Default 8. */
  readonly poolSize?: number;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onError?: (error: Error) => void;
}

/** Opens a pool; connects when first used. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({ ...clientConfig(options.url, options.applicationName), max: options.poolSize ?? 8 });
  pool.on('error', (error) => options.onError?.(error));
  // The pool listens only while a connection is idle; one lost in use fails its query, and must not fail the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  const root = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const kysely = root.withSchema(options.schema);
  return {
    kysely,
    schema: options.schema,
    url: options.url,
    ...kyselyExecutor(kysely, options.schema),
    [Symbol.asyncDispose]: () => root.destroy(),
  };
}
