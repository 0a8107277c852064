import { nextFires, ScheduleError } from '@millrace/schedules';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { createFlowRuns } from '../transitions/create-flow-runs.ts';
import { FirePlanner } from './fire-planner.ts';
import { insertOrReviveFires } from './insert-fires.ts';
import type { ScheduleFireRow } from './list-schedule-fires.ts';
import { fireOf, type MaterialiseContext } from './materialise-fires.ts';
import { readSchedulesToFire, type ScheduleToFire } from './read-schedules.ts';
import { type ScheduledRun, scheduledRun } from './scheduled-run.ts';

/** Which fires of a schedule are to have runs. */
export interface FireRange {
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Epoch milliseconds, inclusive. */
  readonly until: number;
  /** Only the first ones, of each schedule. */
  readonly limit: number;
}

/** A fire of a window, and whether its run is made, or would be. */
export interface PlannedFireRow {
  readonly fire: ScheduleFireRow;
  readonly created: boolean;
}

/** What was made of a window. */
export interface ScheduledWindow {
  /** By time, then by slug. */
  readonly fires: readonly PlannedFireRow[];
  readonly signals: readonly Signal[];
}

/**
 * Makes the runs of a window of schedules, whatever their policies say of late ones. A fire that the ledger has already is
 * left alone, unless it was skipped. The schedules must be locked by this transaction.
 */
export async function scheduleFlowRuns(
  executor: Executor,
  { scheduleIds, range, dryRun }: { scheduleIds: readonly string[]; range: FireRange; dryRun: boolean },
  context: MaterialiseContext,
): Promise<ScheduledWindow> {
  const schedules = await readSchedulesToFire(executor, scheduleIds);
  const slugs = new Map(schedules.map(({ id, slug }) => [id, slug]));
  const runs = runsOf(schedules, range, context);
  const known = await readFires(executor, runs);
  const isFresh = (run: ScheduledRun) => (known.get(keyOf(run))?.status ?? 'skipped') === 'skipped';
  const fresh = runs.filter(isFresh);
  const made = dryRun ? new Set(fresh.map(({ id }) => id)) : await insertOrReviveFires(executor, fresh.map(fireOf));
  const toCreate = dryRun ? [] : fresh.filter(({ id }) => made.has(id));
  const { signals } = await createFlowRuns(executor, toCreate, context);
  const fires = runs.map((run): PlannedFireRow => {
    const slug = slugs.get(run.scheduleId) ?? '';
    const created = made.has(run.id);
    const entered = { fire_at: run.expectedStartTime, status: 'scheduled', reason: null };
    const fresh = { ...entered, flow_run_id: dryRun ? null : run.id };
    return { created, fire: { slug, ...(created ? fresh : (known.get(keyOf(run)) ?? fresh)) } };
  });
  fires.sort((a, b) => a.fire.fire_at - b.fire.fire_at || (a.fire.slug < b.fire.slug ? -1 : 1));
  return { fires, signals };
}

function runsOf(schedules: readonly ScheduleToFire[], range: FireRange, context: MaterialiseContext): ScheduledRun[] {
  const planner = new FirePlanner(context.now);
  return schedules.flatMap((schedule) => {
    const compiled = planner.compile(schedule);
    if (compiled instanceof ScheduleError) throw compiled;
    const fires = nextFires(compiled, range);
    return fires.map((fire) => scheduledRun(schedule, fire, { id: context.newId(), isAskedFor: fire <= context.now }));
  });
}

type KnownFire = Omit<ScheduleFireRow, 'slug'> & { schedule_id: string };

const read = statement<KnownFire>(
  'read_schedule_fires',
  `select f.schedule_id, f.fire_at, f.status, f.reason, f.flow_run_id
   from unnest($1::uuid[], $2::timestamptz[]) as n(schedule_id, fire_at)
   join millrace.schedule_fire f on f.schedule_id = n.schedule_id and f.fire_at = n.fire_at`,
);

async function readFires(executor: Executor, runs: readonly ScheduledRun[]): Promise<Map<string, KnownFire>> {
  if (runs.length === 0) return new Map();
  const rows = await executor.run(read, [
    runs.map((run) => run.scheduleId),
    runs.map((run) => toInstant(run.expectedStartTime)),
  ]);
  return new Map(rows.map((row) => [`${row.schedule_id} ${row.fire_at}`, row]));
}

function keyOf({ scheduleId, expectedStartTime }: ScheduledRun): string {
  return `${scheduleId} ${expectedStartTime}`;
}
