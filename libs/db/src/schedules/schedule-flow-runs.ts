import { nextFires, ScheduleError } from '@millrace/schedules';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { Signal } from '../signals/signals.ts';
import { createScheduledFlowRuns, type ScheduledFlowRun } from '../transitions/create-scheduled-flow-runs.ts';
import { FirePlanner } from './fire-planner.ts';
import type { ScheduleFireRow } from './list-schedule-fires.ts';
import type { MaterialiseContext } from './materialise-fires.ts';
import { readSchedulesToFire, type ScheduleToFire } from './read-schedules.ts';
import { scheduledFlowRun } from './scheduled-run.ts';

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

// They are made in one transaction.
const mostFires = 10_000;

/** A window has more fires than are made at once. */
export class TooManyFiresError extends Error {
  override readonly name = 'TooManyFiresError';

  constructor() {
    super(`the window has more than ${mostFires} fires; ask for a part of it`);
  }
}

/** What was made of a window. */
export interface ScheduledWindow {
  /** By time, then by slug. */
  readonly fires: readonly PlannedFireRow[];
  readonly signals: readonly Signal[];
}

/**
 * Makes the runs of a window of schedules, whatever their policies say of late ones. A fire that the ledger has already is
 * left alone, unless it was skipped. The schedules must be locked by this transaction. Throws a TooManyFiresError where the
 * window has more than 10,000 of all schedules together.
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
  const isFresh = (run: ScheduledFlowRun) => (known.get(keyOf(run))?.status ?? 'skipped') === 'skipped';
  const fresh = runs.filter(isFresh);
  const { ids, signals } = dryRun
    ? { ids: fresh.map(({ id }) => id), signals: [] }
    : await createScheduledFlowRuns(executor, fresh, { ...context, reviveSkipped: true });
  const made = new Set(ids);
  const fires = runs.map((run): PlannedFireRow => {
    const slug = slugs.get(run.scheduleId) ?? '';
    const created = made.has(run.id);
    const entered = { fire_at: run.expectedStartTime, status: 'scheduled', reason: null };
    const asMade = { ...entered, flow_run_id: dryRun ? null : run.id };
    return { created, fire: { slug, ...(created ? asMade : (known.get(keyOf(run)) ?? asMade)) } };
  });
  fires.sort((a, b) => a.fire.fire_at - b.fire.fire_at || (a.fire.slug < b.fire.slug ? -1 : 1));
  return { fires, signals };
}

function runsOf(
  schedules: readonly ScheduleToFire[],
  range: FireRange,
  context: MaterialiseContext,
): ScheduledFlowRun[] {
  const planner = new FirePlanner(context.now);
  const runs: ScheduledFlowRun[] = [];
  for (const schedule of schedules) {
    const compiled = planner.compile(schedule);
    if (compiled instanceof ScheduleError) throw compiled;
    const fires = nextFires(compiled, range);
    if (runs.length + fires.length > mostFires) throw new TooManyFiresError();
    for (const fire of fires)
      runs.push(scheduledFlowRun(schedule, fire, { id: context.newId(), isAskedFor: fire <= context.now }));
  }
  return runs;
}

type KnownFire = Omit<ScheduleFireRow, 'slug'> & { schedule_id: string };

const read = statement<KnownFire>(
  'read_schedule_fires',
  `select f.schedule_id, f.fire_at, f.status, f.reason, f.flow_run_id
   from unnest($1::uuid[], $2::timestamptz[]) as n(schedule_id, fire_at)
   join millrace.schedule_fire f on f.schedule_id = n.schedule_id and f.fire_at = n.fire_at`,
);

async function readFires(executor: Executor, runs: readonly ScheduledFlowRun[]): Promise<Map<string, KnownFire>> {
  if (runs.length === 0) return new Map();
  const rows = await executor.run(read, [
    runs.map((run) => run.scheduleId),
    runs.map((run) => toInstant(run.expectedStartTime)),
  ]);
  return new Map(rows.map((row) => [`${row.schedule_id} ${row.fire_at}`, row]));
}

function keyOf({ scheduleId, expectedStartTime }: ScheduledFlowRun): string {
  return `${scheduleId} ${expectedStartTime}`;
}
