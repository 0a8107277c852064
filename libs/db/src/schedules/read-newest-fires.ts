import { toInstant } from '../connection/instant.ts';
import { type Executor, type Statement, statement } from '../connection/statement.ts';
import { mostMissed } from './plan-fires.ts';

/** A fire of a schedule whose time to start has come for certain. */
export interface KnownFire {
  /** Null: none has come, or not so many. */
  readonly fireAt: number | null;
  /** Whether none has come that the ledger does not have yet. */
  readonly isKnown: boolean;
}

type KnownFireRow = { id: string; fire_at: number | null; is_known: boolean };

const selection = (which: string, place: number) =>
  `select s.id, f.fire_at, s.watermark >= $2 or s.top_up_at is null or s.top_up_at > $2 as is_known
   from millrace.schedule s
   left join lateral (
     select fire_at from millrace.schedule_fire
     where schedule_id = s.id ${which}
       and fire_at <= $2::timestamptz - make_interval(secs => coalesce((s.options ->> 'jitterMs')::float8, 0) / 1000)
     order by fire_at desc offset ${place} limit 1
   ) f on true
   where s.id = any($1::uuid[])`;

const readNewest = statement<KnownFireRow>('read_newest_fires', selection(`and status <> 'skipped'`, 0));
const readOldestGood = statement<KnownFireRow>('read_oldest_good_fires', selection('', mostMissed - 1));

/** The newest fires, those left out that were skipped, by schedule. */
export function readNewestFires(executor: Executor, scheduleIds: readonly string[], now: number) {
  return readFires(executor, readNewest, { scheduleIds, now });
}

/** The oldest fires that `all` still makes good for their number, by schedule. */
export function readOldestGoodFires(executor: Executor, scheduleIds: readonly string[], now: number) {
  return readFires(executor, readOldestGood, { scheduleIds, now });
}

async function readFires(
  executor: Executor,
  which: Statement<KnownFireRow>,
  { scheduleIds, now }: { readonly scheduleIds: readonly string[]; readonly now: number },
): Promise<Map<string, KnownFire>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await executor.run(which, [scheduleIds, toInstant(now)]);
  return new Map(rows.map((row) => [row.id, { fireAt: row.fire_at, isKnown: row.is_known }]));
}
