import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { SkipReason } from '../transitions/skip-reason.ts';

/** A fire to be entered in the ledger, with its run. */
export interface Fire {
  readonly scheduleId: string;
  readonly fireAt: number;
  readonly flowRunId: string;
}

/** A fire to be entered that has no run. */
export interface SkippedFire {
  readonly scheduleId: string;
  readonly fireAt: number;
  readonly reason: SkipReason;
}

const insertion = `insert into millrace.schedule_fire (schedule_id, fire_at, flow_run_id, status)
   select n.schedule_id, n.fire_at, n.flow_run_id, 'scheduled'
   from unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) as n(schedule_id, fire_at, flow_run_id)`;

const insert = statement<{ flow_run_id: string }>(
  'insert_schedule_fires',
  `${insertion} on conflict do nothing returning flow_run_id`,
);

const insertOrRevive = statement<{ flow_run_id: string }>(
  'insert_or_revive_schedule_fires',
  `${insertion}
   on conflict (schedule_id, fire_at) do update
     set status = 'scheduled', reason = null, flow_run_id = excluded.flow_run_id
     where schedule_fire.status = 'skipped'
   returning flow_run_id`,
);

const insertSkipped = statement(
  'insert_skipped_fires',
  `insert into millrace.schedule_fire (schedule_id, fire_at, status, reason)
   select n.schedule_id, n.fire_at, 'skipped', n.reason
   from unnest($1::uuid[], $2::timestamptz[], $3::text[]) as n(schedule_id, fire_at, reason)
   on conflict do nothing`,
);

/** Enters fires; gives the runs of those that were not there: they, and no others, are to be made. */
export function insertFires(executor: Executor, fires: readonly Fire[]): Promise<Set<string>> {
  return enter(executor, fires, insert);
}

/** As `insertFires`, but that fires which were skipped get their runs after all. */
export function insertOrReviveFires(executor: Executor, fires: readonly Fire[]): Promise<Set<string>> {
  return enter(executor, fires, insertOrRevive);
}

/** Enters fires that have no run. */
export async function insertSkippedFires(executor: Executor, fires: readonly SkippedFire[]): Promise<void> {
  if (fires.length === 0) return;
  await executor.run(insertSkipped, [
    fires.map((fire) => fire.scheduleId),
    fires.map((fire) => toInstant(fire.fireAt)),
    fires.map((fire) => fire.reason),
  ]);
}

async function enter(executor: Executor, fires: readonly Fire[], how: typeof insert): Promise<Set<string>> {
  const rows = await executor.run(how, [
    fires.map((fire) => fire.scheduleId),
    fires.map((fire) => toInstant(fire.fireAt)),
    fires.map((fire) => fire.flowRunId),
  ]);
  return new Set(rows.map((row) => row.flow_run_id));
}
