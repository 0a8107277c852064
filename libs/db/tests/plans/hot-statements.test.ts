import { systemClock } from '@millrace/clock';
import { toInstant } from '@millrace/db';
import { testDatabase } from '@millrace/db/testing';
import {
  bigTables,
  explain,
  fillWorld,
  indexesOf,
  type RunStatement,
  runHotStatements,
  scannedOf,
} from '@millrace/db/testing/measure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const RUNS = 100_000;

let world: Awaited<ReturnType<typeof fillWorld>>;
let statements: ReadonlyMap<string, RunStatement>;
let big: ReadonlySet<string>;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  const { database } = stack.use(await testDatabase());
  world = await fillWorld(database, systemClock, RUNS);
  statements = await runHotStatements(world);
  big = await bigTables(database);
});
afterAll(() => stack.disposeAsync());

/** Name, and the indexes that it is to use; a day's partition of the history is named by its day. */
const cases: readonly [name: string, indexes: readonly string[]][] = [
  ['share_holder', []],
  ['read_claimable_queues', []],
  ['find_claim_candidates', ['queue_entry_pkey']],
  ['find_next_due', ['queue_entry_pkey']],
  ['lock_claim_candidates', ['flow_run_pkey', 'queue_entry_pkey']],
  ['read_flow_runs_with_code', ['flow_run_pkey']],
  ['lock_flow_runs', ['flow_run_pkey']],
  ['find_first_answers', ['flow_run_pkey', 'flow_run_state_<day>_pkey']],
  ['write_flow_runs', ['flow_run_pkey']],
  ['insert_flow_run_states', []],
  ['delete_queue_entries', ['queue_entry_flow_run']],
  ['list_by_sort_at', ['flow_run_sort']],
  ['list_by_sort_at_after', ['flow_run_sort']],
  ['list_by_created', ['flow_run_created']],
  ['list_by_created_after', ['flow_run_created']],
  ['list_of_deployment', ['flow_run_deployment']],
  ['list_of_deployment_after', ['flow_run_deployment']],
  ['list_of_parent', ['flow_run_parent']],
  ['list_of_parent_after', ['flow_run_parent']],
];

test('every hot statement has its case here', () => {
  expect([...statements.keys()].sort()).toEqual(cases.map(([name]) => name).sort());
});

test('the world is what the plans are made for', async () => {
  const { kysely } = world.database;
  const { total } = await kysely
    .selectFrom('flow_run')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  expect(total).toBe(RUNS);
  const today = toInstant(systemClock.now()).slice(0, 10).replaceAll('-', '');
  expect([...big]).toEqual(expect.arrayContaining(['flow_run', 'queue_entry', `flow_run_state_${today}`]));
});

describe.each(cases)('%s', (name, indexes) => {
  test.each(['custom', 'generic'] as const)('%s plan', async (kind) => {
    const statement = statements.get(name);
    if (!statement) throw new Error(`${name} was not run`);
    const plan = (await explain(world.database, statement))[kind];
    expect(scannedOf(plan, big)).toEqual([]);
    for (const index of indexes) expect(indexesOf(plan)).toContain(index);
  });
});
