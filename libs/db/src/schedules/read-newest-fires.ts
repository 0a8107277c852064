import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';

/** The newest fire of a schedule whose time to start has come for certain, those left out that were skipped. */
export interface NewestFire {
  readonly fireAt: number;
  /** Whether no newer one has come that the ledger does not have yet. */
  readonly isKnown: boolean;
}

const read = statement<{ id: string; fire_at: number; is_known: boolean }>(
  'read_newest_fires',
  `select s.id, f.fire_at, s.watermark >= $2 or s.top_up_at is null or s.top_up_at > $2 as is_known
   from millrace.schedule s
   cross join lateral (
     select fire_at from millrace.schedule_fire
     where schedule_id = s.id and status <> 'skipped'
       and fire_at <= $2::timestamptz - make_interval(secs => coalesce((s.options ->> 'jitterMs')::float8, 0) / 1000)
     order by fire_at desc limit 1
   ) f
   where s.id = any($1::uuid[])`,
);

/** By schedule; those that no fire has come of are left out. */
export async function readNewestFires(
  executor: Executor,
  scheduleIds: readonly string[],
  now: number,
): Promise<Map<string, NewestFire>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await executor.run(read, [scheduleIds, toInstant(now)]);
  return new Map(rows.map((row) => [row.id, { fireAt: row.fire_at, isKnown: row.is_known }]));
}
