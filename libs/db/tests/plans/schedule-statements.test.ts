import { systemClock } from '@millrace/clock';
import type { Database } from '@millrace/db';
import { testDatabase } from '@millrace/db/testing';
import {
  bigTables,
  explain,
  fillSchedules,
  indexesOf,
  type RunStatement,
  runScheduleStatements,
  scannedOf,
} from '@millrace/db/testing/measure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const SCHEDULES = 20_000;
const FIRES = 5 * SCHEDULES;

let database: Database;
let statements: ReadonlyMap<string, RunStatement>;
let big: ReadonlySet<string>;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  database = stack.use(await testDatabase()).database;
  await fillSchedules({ database, clock: systemClock, schedules: SCHEDULES });
  await database.run({ name: 'analyse', text: 'vacuum (analyze)' }, []);
  statements = await runScheduleStatements(database, systemClock);
  big = await bigTables(database);
});
afterAll(() => stack.disposeAsync());

interface Case {
  readonly name: string;
  /** That it is to use. */
  readonly indexes: readonly string[];
  /** Big tables that it reads from one end to the other all the same. */
  readonly reads?: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'find_next_top_up', indexes: ['schedule_top_up'] },
  { name: 'lock_due_schedules', indexes: ['schedule_top_up'] },
  { name: 'read_schedules_to_fire', indexes: ['schedule_pkey', 'deployment_pkey'] },
  { name: 'insert_skipped_fires', indexes: [] },
  { name: 'insert_scheduled_flow_runs', indexes: ['schedule_pkey', 'deployment_pkey', 'deployment_version_pkey'] },
  { name: 'write_schedule_progress', indexes: ['schedule_pkey'] },

  { name: 'read_newest_fires', indexes: ['schedule_pkey', 'schedule_fire_pkey'] },
  { name: 'read_oldest_good_fires', indexes: ['schedule_pkey', 'schedule_fire_pkey'] },
  { name: 'read_gate_holders', indexes: ['schedule_gate_flow_run'] },
  { name: 'take_schedule_gates', indexes: [] },
  { name: 'lock_gates_of_runs', indexes: ['schedule_gate_flow_run', 'schedule_gate_waiting'] },
  { name: 'write_schedule_gates', indexes: ['schedule_gate_pkey'] },
  { name: 'delete_schedule_gates', indexes: ['schedule_gate_pkey'] },
  { name: 'insert_queue_entries', indexes: ['flow_run_pkey'] },
  { name: 'mark_schedule_fires', indexes: ['schedule_fire_pkey'] },

  { name: 'find_schedules_behind', indexes: ['schedule_pkey'] },
  { name: 'lock_waiting_flow_runs_of_schedules', indexes: ['schedule_pkey', 'flow_run_waiting'] },
  { name: 'find_runs_due', indexes: ['schedule_pkey', 'flow_run_waiting'] },
  { name: 'find_runs_ahead', indexes: ['schedule_fire_pkey'] },
  { name: 'lock_unstarted_flow_runs', indexes: ['flow_run_pkey'] },
  { name: 'delete_unstarted_runs', indexes: ['flow_run_pkey'] },
  { name: 'delete_schedule_fires', indexes: ['schedule_fire_pkey'] },
  { name: 'reset_watermarks', indexes: ['schedule_pkey'] },

  { name: 'lock_late_flow_runs', indexes: ['flow_run_late'] },
  { name: 'lock_expired_flow_runs', indexes: ['flow_run_expiry'] },
  { name: 'delete_ended_flow_runs', indexes: ['flow_run_sort', 'flow_run_pkey'] },
  // A probe for each schedule, however long the ledger.
  { name: 'delete_old_fires', indexes: ['schedule_fire_pkey', 'flow_run_pkey'], reads: ['schedule'] },
  { name: 'find_oldest_flow_run', indexes: ['flow_run_created'] },
  { name: 'find_oldest_held_flow_run', indexes: ['flow_run_held'] },
];

test('the tables are what the plans are made for', async () => {
  const counted = `select (select count(*) from millrace.schedule_fire) as fires,
    (select count(*) from millrace.flow_run) as runs`;
  const sizes = await database.run<{ fires: number; runs: number }>({ name: 'sizes', text: counted }, []);
  // One fire in five hundred is older than any run.
  expect(sizes).toEqual([{ fires: FIRES, runs: FIRES - SCHEDULES / 100 }]);
  const tables = ['deployment', 'deployment_version', 'schedule', 'schedule_fire', 'schedule_gate', 'flow_run'];
  expect([...big]).toEqual(expect.arrayContaining(tables));
});

describe.each(cases)('$name', ({ name, indexes, reads = [] }) => {
  test.each(['custom', 'generic'] as const)('%s plan', async (kind) => {
    const statement = statements.get(name);
    if (!statement) throw new Error(`${name} was not run`);
    const plan = (await explain(database, statement))[kind];
    expect(scannedOf(plan, big)).toEqual(reads);
    for (const index of indexes) expect(indexesOf(plan)).toContain(index);
  });
});
