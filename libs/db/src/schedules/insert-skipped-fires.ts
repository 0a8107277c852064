import { instantList, listLiteral } from '../connection/list-literal.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { SkipReason } from '../transitions/skip-reason.ts';

/** A fire to be entered in the ledger that has no run. */
export interface SkippedFire {
  readonly scheduleId: string;
  readonly fireAt: number;
  readonly reason: SkipReason;
}

const insert = statement(
  'insert_skipped_fires',
  `insert into millrace.schedule_fire (schedule_id, fire_at, status, reason)
   select n.schedule_id, n.fire_at, 'skipped', n.reason
   from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as n(schedule_id, fire_at, reason)
   on conflict do nothing`,
);

/** Enters those of the fires that are not there. */
export async function insertSkippedFires(executor: Executor, fires: readonly SkippedFire[]): Promise<void> {
  if (fires.length === 0) return;
  await executor.run(insert, [
    listLiteral(fires.map((fire) => fire.scheduleId)),
    instantList(fires.map((fire) => fire.fireAt)),
    listLiteral(fires.map((fire) => fire.reason)),
  ]);
}
