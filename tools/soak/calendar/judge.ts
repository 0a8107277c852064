import type { ScheduleLife, Stretch } from './diary.ts';
import { judgeFate } from './judge-fate.ts';
import type { MadeRun, ScheduleRows } from './ledger.ts';
import type { Oracle } from './oracle/intended-fires.ts';
import { localText } from './oracle/zone-clock.ts';
import type { Outage } from './play.ts';
import { DAY_MS, kindOf } from './timetable.ts';

const HOUR_MS = 3_600_000;
// What the scheduler promises to have ahead.
const fewestAhead = 3;
const mostAheadMs = 100 * DAY_MS;
// Of its hundred, less those that come before it looks again.
const leastOfMost = 80;

export interface Evidence {
  readonly life: ScheduleLife;
  readonly rows: ScheduleRows;
  readonly oracle: Oracle;
  readonly outages: readonly Outage[];
  /** When all that had come was known to be done. */
  readonly now: number;
}

export interface Verdict {
  /** How many fires were meant and looked for, those to come excepted. */
  readonly compared: number;
  /** How many of them had their runs. */
  readonly runs: number;
  readonly problems: readonly string[];
}

/** Holds what the database has of a schedule against what the oracle says. */
export function judge({ life, rows, oracle, outages, now }: Evidence): Verdict {
  const problems: string[] = [];
  const name = `${life.deployment}/${life.slug}`;
  if (rows.error !== null) problems.push(`${name}: it failed: ${rows.error}`);
  const found = new Map(rows.fires.map((row) => [row.fire_at, row]));
  const farthest = Math.max(now, rows.fires.at(-1)?.fire_at ?? now);
  const intended = new Map<number, Stretch>();
  let compared = 0;
  let made = 0;
  const runs = Map.groupBy(rows.runs, (run) => run.expected_start_time);
  for (const stretch of life.stretches) {
    const fires = oracle.firesBetween(stretch.schedule, stretch.from, stretch.until ?? farthest);
    for (const fire of fires) intended.set(fire, stretch);
    const come = fires.filter((fire) => fire <= now);
    compared += come.length;
    const say = (fire: number, what: string) => problems.push(`${placeOf(life, stretch, fire)}: ${what}`);
    for (const [index, fire] of fires.entries()) {
      const row = found.get(fire);
      const newer = (until: number) => come.findLastIndex((other) => other <= until) - index;
      if (!row) say(fire, 'is missing');
      else
        for (const what of judgeFate({ row, runs: runs.get(fire) ?? [], life, stretch, outages, now, newer }))
          say(fire, what);
      if (row?.flow_run_id && fire <= now) made += 1;
    }
    if (stretch.until === null) problems.push(...judgeAhead(stretch, { life, rows, oracle, now }));
  }
  const anyStretch = life.stretches[0];
  for (const row of rows.fires)
    if (!intended.has(row.fire_at) && anyStretch)
      problems.push(`${placeOf(life, anyStretch, row.fire_at)}: is not meant (${row.status}, ${row.reason})`);
  for (const run of rows.runs) problems.push(...judgeOwned(run, found.get(run.expected_start_time)?.flow_run_id, name));
  return { compared, runs: made, problems };
}

/** Whether the ledger knows of a run. */
function judgeOwned(run: MadeRun, ownerOf: string | null | undefined, name: string): string[] {
  if (ownerOf === run.id) return [];
  return [`${name}: run ${run.id} for ${new Date(run.expected_start_time).toISOString()} is no run of the ledger's`];
}

/** Whether enough is to come. */
function judgeAhead(
  { schedule }: Stretch,
  { life, rows, oracle, now }: Pick<Evidence, 'life' | 'rows' | 'oracle' | 'now'>,
): string[] {
  const ahead = rows.fires.filter((row) => row.fire_at > now);
  const inAnHour = Math.min(oracle.firesBetween(schedule, now, now + HOUR_MS).length, leastOfMost);
  const wanted =
    ahead.length < fewestAhead ? oracle.firesBetween(schedule, now, now + mostAheadMs - DAY_MS).length : fewestAhead;
  const least = Math.max(inAnHour, Math.min(wanted, fewestAhead));
  if (ahead.length >= least) return [];
  return [`${life.deployment}/${life.slug}: has ${ahead.length} fires ahead, not ${least}`];
}

/** "d12/s0 cron 2026-03-29T02:30:00+02:00 Europe/Berlin (2026-03-29T00:30:00.000Z)". */
function placeOf({ deployment, slug }: ScheduleLife, { schedule }: Stretch, fire: number): string {
  const { timezone } = schedule;
  const instant = new Date(fire).toISOString();
  return `${deployment}/${slug} ${kindOf(schedule)} ${localText(fire, timezone)} ${timezone} (${instant})`;
}
