import { type ClientConfig, types } from 'pg';
import { fromInstant } from './instant.ts';

const TIMESTAMPTZ = 1184;
const INT8 = 20;

/** How every connection of ours is made. Times are read as epoch milliseconds, bigints as numbers. */
export function clientConfig(databaseUrl: string, applicationName: string): ClientConfig {
  return {
    connectionString: databaseUrl,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // Else one that is idle, as a listener is, hears after two hours that the other side is gone.
    keepAliveInitialDelayMillis: 10_000,
    // Times must come in one form; a client that died must not hold locks.
    options: '-c timezone=UTC -c datestyle=ISO -c idle_in_transaction_session_timeout=30s',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
        if (oid === TIMESTAMPTZ) return fromInstant;
        if (oid === INT8) return Number;
        return types.getTypeParser(oid, format as 'text');
      }) as typeof types.getTypeParser,
    },
  };
}
