import { expect, test } from 'vitest';
import type { ScheduleLife } from './diary.ts';
import { judge } from './judge.ts';
import type { LedgerRow, MadeRun, ScheduleRows } from './ledger.ts';
import { openOracle } from './oracle/intended-fires.ts';
import type { PlannedSchedule } from './timetable.ts';

const HOUR = 3_600_000;
const start = Date.UTC(2026, 2, 28);
const now = start + 10 * HOUR + 60_000;
const oracle = openOracle();

const hourly: PlannedSchedule = {
  ...{ slug: 's0', timezone: 'Europe/Berlin', gap: 'auto', fold: 'auto', catchUp: 'all', jitterMs: 0 },
  timetable: { kind: 'interval', everyMs: HOUR, anchorMs: null },
  expireAfterMs: null,
};

const at = (hour: number) => start + hour * HOUR;
const row = (hour: number, overrides: Partial<LedgerRow> = {}): LedgerRow => ({
  ...{ schedule_id: 's', fire_at: at(hour), status: 'scheduled', reason: null, flow_run_id: `r${hour}` },
  ...overrides,
});
const run = (hour: number, overrides: Partial<MadeRun> = {}): MadeRun => ({
  ...{ id: `r${hour}`, schedule_id: 's', expected_start_time: at(hour), scheduled_time: at(hour) },
  ...{ state_type: 'SCHEDULED', state_name: at(hour) < now ? 'Late' : 'Scheduled' },
  ...overrides,
});
const skipped = { scheduled_time: null, state_type: 'CANCELLED', state_name: 'Skipped' };

interface Case {
  readonly schedule?: Partial<PlannedSchedule>;
  readonly life?: Partial<ScheduleLife>;
  readonly outage?: readonly [number, number];
  /** What the hours have instead of the usual. */
  readonly rows?: Readonly<Record<number, LedgerRow | null>>;
  readonly runs?: Readonly<Record<number, MadeRun | null>>;
  readonly more?: Partial<ScheduleRows>;
}

function problemsOf({ schedule, life, outage, rows = {}, runs = {}, more = {} }: Case): readonly string[] {
  const hours = Array.from({ length: 13 }, (_, index) => index + 1);
  const fires = hours.map((hour) => (hour in rows ? rows[hour] : row(hour)));
  const made = hours.map((hour) => (hour in runs ? runs[hour] : run(hour)));
  const stretches = [{ schedule: { ...hourly, ...schedule }, from: start, until: null }];
  return judge({
    life: { deployment: 'd0', slug: 's0', stretches, pausedAt: null, ...life },
    rows: {
      fires: [...fires.filter((each) => each != null), ...(more.fires ?? [])].sort((a, b) => a.fire_at - b.fire_at),
      runs: [...made.filter((each) => each != null), ...(more.runs ?? [])],
      error: more.error ?? null,
    },
    outages: outage ? [{ from: at(outage[0]), until: at(outage[1]) }] : [],
    ...{ oracle, now },
  }).problems;
}

const noRun = { flow_run_id: null, status: 'skipped' };

test.for<[string, Case]>([
  ['as it is meant', {}],
  ['within the jitter', { schedule: { jitterMs: 9_000 }, runs: { 12: run(12, { scheduled_time: at(12) + 9_000 }) } }],
  [
    'missed in an outage, and not to be made good',
    {
      schedule: { catchUp: 'latest' },
      outage: [2, 5],
      rows: { 4: row(4, { ...noRun, reason: 'catch-up' }) },
      runs: { 4: null },
    },
  ],
])('%s: nothing is wrong', ([, given]) => expect(problemsOf(given)).toEqual([]));

test.for<[string, Case, string]>([
  ['a fire is missing', { rows: { 4: null }, runs: { 4: null } }, '04:00:00.000Z): is missing'],
  ['a fire that is not meant', { more: { fires: [row(3.5)], runs: [run(3.5)] } }, 'is not meant'],
  ['a run twice', { more: { runs: [run(4, { id: 'again' })] } }, 'has 2 runs'],
  ['a run that the ledger does not know', { more: { runs: [run(4.5)] } }, "is no run of the ledger's"],
  ['a run is gone', { runs: { 4: null } }, 'has 0 runs'],
  ['beyond the jitter', { runs: { 12: run(12, { scheduled_time: at(12) + 1 }) } }, '1 ms after its time'],
  ['before its time', { runs: { 12: run(12, { scheduled_time: at(12) - 1 }) } }, '-1 ms after its time'],
  [
    'skipped without an outage',
    { rows: { 4: row(4, { ...noRun, reason: 'expired' }) }, runs: { 4: null } },
    'has no run: expired',
  ],
  [
    'the newest after an outage is skipped',
    {
      schedule: { catchUp: 'latest' },
      outage: [2, 5],
      rows: { 5: row(5, { ...noRun, reason: 'catch-up' }) },
      runs: { 5: null },
    },
    'should have one',
  ],
  [
    'skipped for no reason',
    { rows: { 4: row(4, { status: 'skipped', reason: 'paused' }) }, runs: { 4: run(4, skipped) } },
    'is skipped: paused',
  ],
  ['not named late', { runs: { 4: run(4, { state_name: 'Scheduled' }) } }, 'not SCHEDULED Late'],
  ['goes on waiting while paused', { life: { pausedAt: at(4) } }, 'though its schedule was paused'],
  ['goes on waiting when it is over', { schedule: { catchUp: 'none' } }, 'though its time to start is over'],
  ['too few ahead', { rows: { 12: null, 13: null }, runs: { 12: null, 13: null } }, 'has 1 fires ahead, not 3'],
  ['it failed', { more: { error: 'broken' } }, 'it failed: broken'],
  [
    'a fire while it was off',
    {
      life: {
        stretches: [
          { schedule: hourly, from: start, until: at(9) },
          { schedule: hourly, from: at(10), until: null },
        ],
      },
    },
    '10:00:00.000Z): is not meant',
  ],
])('%s: is told', ([, given, expected]) => expect(problemsOf(given)).toContainEqual(expect.stringContaining(expected)));
