import type { Database } from '@millrace/db';

/** A fire as the ledger has it. */
export interface LedgerRow {
  readonly schedule_id: string;
  readonly fire_at: number;
  readonly status: string;
  readonly reason: string | null;
  readonly flow_run_id: string | null;
}

/** A run that a schedule made. */
export interface MadeRun {
  readonly id: string;
  readonly schedule_id: string;
  readonly expected_start_time: number;
  /** Null once it has ended. */
  readonly scheduled_time: number | null;
  readonly state_type: string;
  readonly state_name: string;
}

/** What the database has of one schedule. */
export interface ScheduleRows {
  readonly fires: readonly LedgerRow[];
  readonly runs: readonly MadeRun[];
  readonly error: string | null;
}

const readSchedules = {
  name: 'soak_schedules',
  text: `select s.id, d.name as deployment, s.slug, s.error from millrace.schedule s
         join millrace.deployment d on d.id = s.deployment_id`,
};
const readFires = {
  name: 'soak_fires',
  text: `select schedule_id, fire_at, status, reason, flow_run_id from millrace.schedule_fire
         where schedule_id = any($1::uuid[]) order by fire_at`,
};
const readRuns = {
  name: 'soak_runs',
  text: `select id, schedule_id, expected_start_time, scheduled_time, state_type, state_name from millrace.flow_run
         where schedule_id = any($1::uuid[])`,
};

const schedulesAtOnce = 50;

/** Calls `see` with what the database has of each schedule, some at a time: all together are a great deal. */
export async function readLedger(
  database: Database,
  see: (of: { readonly deployment: string; readonly slug: string }, rows: ScheduleRows) => void,
): Promise<void> {
  type Row = { id: string; deployment: string; slug: string; error: string | null };
  const schedules = await database.run<Row>(readSchedules, []);
  for (let from = 0; from < schedules.length; from += schedulesAtOnce) {
    const part = schedules.slice(from, from + schedulesAtOnce);
    const ids = part.map(({ id }) => id);
    const fires = Map.groupBy(await database.run<LedgerRow>(readFires, [ids]), (row) => row.schedule_id);
    const runs = Map.groupBy(await database.run<MadeRun>(readRuns, [ids]), (row) => row.schedule_id);
    for (const { id, error, ...of } of part) see(of, { fires: fires.get(id) ?? [], runs: runs.get(id) ?? [], error });
  }
}
