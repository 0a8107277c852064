import type { ScheduleLife, Stretch } from './diary.ts';
import type { LedgerRow, MadeRun } from './ledger.ts';
import { LOOKED_WITHIN_MS, type Outage } from './play.ts';
import { DAY_MS, type PlannedSchedule } from './timetable.ts';

const MINUTE_MS = 60_000;
const LATE_AFTER_MS = 5_000;
// What is made good after an outage.
const mostMissed = 100;

export interface Fate {
  readonly row: LedgerRow;
  readonly runs: readonly MadeRun[];
  readonly life: ScheduleLife;
  readonly stretch: Stretch;
  readonly outages: readonly Outage[];
  readonly now: number;
  /** How many fires of the stretch come after this one, up to an instant. */
  readonly newer: (until: number) => number;
}

/** What is wrong with what became of a fire that was meant, and is in the ledger. */
export function judgeFate(fate: Fate): string[] {
  const { row, runs } = fate;
  if (row.flow_run_id === null)
    return [
      ...(runs.length > 0 ? [`has no run, and ${runs.length} runs`] : []),
      ...(row.status === 'skipped' ? [] : [`has no run, and is ${row.status}`]),
      ...(mayBeSkipped(fate, row.reason) ? [] : [`has no run: ${row.reason}`]),
      ...(mustBeMade(fate) ? [`has no run (${row.reason}), and should have one`] : []),
    ];
  const [run] = runs;
  if (!run || runs.length > 1) return [`has ${runs.length} runs`];
  return [...judgeTime(fate, run), ...judgeState(fate, run)];
}

function judgeTime({ row, stretch }: Fate, run: MadeRun): string[] {
  if (run.scheduled_time === null) return [];
  const later = run.scheduled_time - row.fire_at;
  return later >= 0 && later <= stretch.schedule.jitterMs ? [] : [`is to start ${later} ms after its time`];
}

/** Nobody takes runs here: each waits, is late, or was skipped for a reason. */
function judgeState(fate: Fate, run: MadeRun): string[] {
  const { row, life, now, stretch } = fate;
  const { status, reason, fire_at } = row;
  const state = `${run.state_type} ${run.state_name}`;
  if (status === 'skipped') {
    if (state !== 'CANCELLED Skipped') return [`is skipped, and its run is ${state}`];
    return mayBeSkipped(fate, reason) ? [] : [`is skipped: ${reason}`];
  }
  if (status !== 'scheduled') return [`is ${status}`];
  if (life.pausedAt !== null && fire_at <= life.pausedAt) return ['still waits, though its schedule was paused'];
  const start = run.scheduled_time ?? fire_at;
  const due = now - start - LOOKED_WITHIN_MS;
  if (due > goodForMs(stretch.schedule)) return ['still waits, though its time to start is over'];
  const expected = due > LATE_AFTER_MS ? 'SCHEDULED Late' : start > now ? 'SCHEDULED Scheduled' : state;
  return state === expected ? [] : [`has a run that is ${state}, not ${expected}`];
}

function goodForMs({ catchUp, expireAfterMs }: PlannedSchedule): number {
  return Math.min(catchUp === 'none' ? MINUTE_MS : Infinity, expireAfterMs ?? Infinity);
}

function mayBeSkipped({ row, life, stretch, outages }: Fate, reason: string | null): boolean {
  const { catchUp, expireAfterMs } = stretch.schedule;
  const fire = row.fire_at;
  if (reason === 'paused') return life.pausedAt !== null && fire <= life.pausedAt && row.flow_run_id !== null;
  if (reason === 'catch-up') return catchUp === 'none' || (catchUp === 'latest' && isWithin(outages, fire));
  return reason === 'expired' && (expireAfterMs !== null || (catchUp === 'all' && isWithin(outages, fire)));
}

function isWithin(outages: readonly Outage[], fire: number): boolean {
  return outages.some(({ from, until }) => fire > from && fire <= until);
}

/** Whether a fire's run must have been made: in time, or by what its schedule says of missed ones. */
function mustBeMade({ row, stretch, outages, newer }: Fate): boolean {
  const { catchUp, jitterMs, expireAfterMs } = stretch.schedule;
  const outage = outages.find(({ from, until }) => row.fire_at > from && row.fire_at <= until);
  if (!outage) return true;
  // A change of the schedule looks at what was missed, too.
  const lookedAt = Math.min(outage.until, stretch.until ?? outage.until);
  const late = lookedAt - row.fire_at;
  if (expireAfterMs !== null && late - jitterMs > expireAfterMs) return false;
  if (catchUp === 'none') return late - jitterMs <= MINUTE_MS;
  if (catchUp === 'latest') return newer(lookedAt) === 0;
  return late <= DAY_MS && newer(lookedAt) < mostMissed;
}
