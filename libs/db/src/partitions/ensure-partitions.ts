import { sql } from 'kysely';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';

const DAY_MS = 86_400_000;
const daysAhead = 7;
const partitioned = ['flow_run_state', 'log_chunk'];

/**
 * Makes the daily partitions of today and the week to come. A day whose rows are in the default partition already stays
 * there: only a server that was not looked after for a week meets that, and it works all the same.
 */
export async function ensurePartitions(database: Database, now: number): Promise<void> {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  await database.kysely.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`millrace partitions ${database.schema}`}))`.execute(trx);
    for (const parent of partitioned) {
      for (let day = today; day <= today + daysAhead * DAY_MS; day += DAY_MS) {
        const name = `${parent}_${toInstant(day).slice(0, 10).replaceAll('-', '')}`;
        const present = await sql<{ present: boolean }>`
          select to_regclass(${`"${database.schema}"."${name}"`}) is not null as present`.execute(trx);
        if (present.rows[0]?.present) continue;
        const held = await sql<{ held: boolean }>`
          select exists (select from ${sql.id(database.schema, `${parent}_default`)}
                         where received >= ${toInstant(day)} and received < ${toInstant(day + DAY_MS)}) as held`.execute(
          trx,
        );
        if (held.rows[0]?.held) continue;
        await sql`create table ${sql.id(database.schema, name)} partition of ${sql.id(database.schema, parent)}
          for values from (${sql.lit(toInstant(day))}) to (${sql.lit(toInstant(day + DAY_MS))})`.execute(trx);
      }
    }
  });
}
