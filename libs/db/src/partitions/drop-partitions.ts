import { sql } from 'kysely';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { isLockTimeout, mostWaitMs, PartitionsBusyError } from './ensure-partitions.ts';

/**
 * Drops the days of a partitioned table that lie wholly before an instant, and what the default partition has from
 * before it. Throws a PartitionsBusyError where the table was not to be had within half a second. Gives the names of what
 * was dropped.
 */
export async function dropPartitions(
  database: Database,
  parent: 'flow_run_state' | 'log_chunk',
  before: number,
): Promise<string[]> {
  const { schema } = database;
  try {
    return await database.kysely.transaction().execute(async (trx) => {
      await sql`set local lock_timeout = ${sql.lit(mostWaitMs)}`.execute(trx);
      await sql`select pg_advisory_xact_lock(hashtext(${`millrace partitions ${schema}`}))`.execute(trx);
      // A day's partition is named by its day, so that a name comes before another as its day does.
      const first = `${parent}_${toInstant(before).slice(0, 10).replaceAll('-', '')}`;
      const { rows } = await sql<{ name: string }>`
        select c.relname as name from pg_inherits i
        join pg_class c on c.oid = i.inhrelid
        where i.inhparent = ${`"${schema}"."${parent}"`}::regclass
          and c.relname ~ ${`^${parent}_[0-9]{8}$`} and c.relname < ${first}
        order by c.relname`.execute(trx);
      for (const { name } of rows) await sql`drop table ${sql.id(schema, name)}`.execute(trx);
      await sql`delete from ${sql.id(schema, `${parent}_default`)} where received < ${toInstant(before)}`.execute(trx);
      return rows.map(({ name }) => name);
    });
  } catch (error) {
    if (isLockTimeout(error))
      throw new PartitionsBusyError(`${parent} is read, so no day of it was dropped`, { cause: error });
    throw error;
  }
}
