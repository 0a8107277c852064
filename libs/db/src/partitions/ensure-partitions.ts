import { sql, type Transaction } from 'kysely';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import type { Tables } from '../connection/tables.ts';

const DAY_MS = 86_400_000;
const daysAhead = 7;
const partitioned = ['flow_run_state', 'log_chunk'];
// Everybody who writes waits behind this transaction while it waits, for a dump perhaps, to have the table to itself.
export const mostWaitMs = 500;

/** A table was in use all the time, so that no partition could be added to it. There is time: the next pass tries again. */
export class PartitionsBusyError extends Error {
  override readonly name = 'PartitionsBusyError';
}

/**
 * Makes the daily partitions of today and the week to come. A day whose rows are in the default partition already stays
 * there: only a server that was not looked after for a week meets that, and it works all the same. Throws a
 * PartitionsBusyError, having made what could be made, where a table was not to be had within half a second.
 */
export async function ensurePartitions(database: Database, now: number): Promise<void> {
  const busy: unknown[] = [];
  for (const parent of partitioned)
    await ensureOf(database, parent, now).catch((error: unknown) => {
      if (!isLockTimeout(error)) throw error;
      busy.push(error);
    });
  const [cause] = busy;
  if (cause) throw new PartitionsBusyError('a partition could not be added to a table that is read', { cause });
}

/** Each table in a transaction of its own, so that one that is in use does not keep others waiting. */
async function ensureOf(database: Database, parent: string, now: number): Promise<void> {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  await database.kysely.transaction().execute(async (trx) => {
    await sql`set local lock_timeout = ${sql.lit(mostWaitMs)}`.execute(trx);
    await sql`select pg_advisory_xact_lock(hashtext(${`millrace partitions ${database.schema}`}))`.execute(trx);
    for (let day = today; day <= today + daysAhead * DAY_MS; day += DAY_MS)
      await ensureDay(trx, { schema: database.schema, parent, day });
  });
}

async function ensureDay(
  trx: Transaction<Tables>,
  { schema, parent, day }: { readonly schema: string; readonly parent: string; readonly day: number },
): Promise<void> {
  const name = `${parent}_${toInstant(day).slice(0, 10).replaceAll('-', '')}`;
  const { rows } = await sql<{ isThere: boolean }>`
    select to_regclass(${`"${schema}"."${name}"`}) is not null
      or exists (select from ${sql.id(schema, `${parent}_default`)}
                 where received >= ${toInstant(day)} and received < ${toInstant(day + DAY_MS)}) as "isThere"`.execute(
    trx,
  );
  if (rows[0]?.isThere) return;
  await sql`create table ${sql.id(schema, name)} partition of ${sql.id(schema, parent)}
    for values from (${sql.lit(toInstant(day))}) to (${sql.lit(toInstant(day + DAY_MS))})`.execute(trx);
}

export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03';
}
