import type { Database } from '@millrace/db';
import { execute } from '../harness/postgres.ts';
import { significant, table } from '../harness/report.ts';

interface StatementTime {
  query: string;
  calls: number;
  total_ms: number;
  rows: number;
}

const MOST = 12;

/** Begins to count what Postgres does; needs it started with `pg_stat_statements`. */
export async function countStatements(database: Database): Promise<void> {
  await execute(database, 'create extension if not exists pg_stat_statements');
  await execute(database, 'select pg_stat_statements_reset()');
}

/** What Postgres spent its time on in this database, by statement; planning and waiting for disks included. */
export async function statementTimes(database: Database): Promise<string[]> {
  const times = await execute<StatementTime>(
    database,
    `select query, calls, total_exec_time as total_ms, rows from pg_stat_statements
     where dbid = (select oid from pg_database where datname = current_database())
       and query not similar to '(with run as|vacuum|checkpoint|select count|%pg_stat_)%'
     order by total_exec_time desc limit ${MOST}`,
  );
  return table([
    ['statement', 'calls', 'ms each', 'rows each', 'ms in all'],
    ...times.map(({ query, calls, total_ms, rows }) => [
      query.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 70),
      `${calls}`,
      significant(total_ms / calls),
      (rows / calls).toFixed(1),
      total_ms.toFixed(0),
    ]),
  ]);
}
