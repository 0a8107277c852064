import { newId, systemClock } from '@millrace/clock';
import {
  type Database,
  listScheduleFires,
  type ScheduleFireFilter,
  type ScheduleFirePosition,
  toInstant,
} from '@millrace/db';
import { insertDeployment, testDatabase } from '@millrace/db/testing';
import { explain, nodesOf, type PlanNode, type RunStatement, recordingQueries } from '@millrace/db/testing/measure';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const FIRES_OF_EACH = 10_000;

let database: Database;
let deploymentId: string;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  database = stack.use(await testDatabase()).database;
  deploymentId = await fillLedger(3);
  await fillLedger(9);
  await database.run({ name: 'analyse', text: 'vacuum (analyze)' }, []);
});
afterAll(() => stack.disposeAsync());

/** A deployment with schedules that have fired every minute for a week. */
async function fillLedger(count: number): Promise<string> {
  const of = await insertDeployment(database, systemClock);
  const schedules = Array.from({ length: count }, (_, i) => ({ id: newId(systemClock), slug: `s${i}` }));
  const rest = { spec: '{}', timezone: 'UTC', active: true, parameters: '{}', watermark: toInstant(0) };
  await database.kysely
    .insertInto('schedule')
    .values(schedules.map((schedule) => ({ ...schedule, ...rest, deployment_id: of.deploymentId })))
    .execute();
  const fill = `insert into millrace.schedule_fire (schedule_id, fire_at, status)
    select id, $2::timestamptz - i * interval '1 minute', case when i % 100 = 0 then 'skipped' else 'started' end
    from unnest($1::uuid[]) as id, generate_series(1, $3::int) as i`;
  await database.run({ name: 'fill_ledger', text: fill }, [
    schedules.map(({ id }) => id),
    toInstant(systemClock.now()),
    FIRES_OF_EACH,
  ]);
  return of.deploymentId;
}

type Case = readonly [string, Partial<ScheduleFireFilter>, ScheduleFirePosition | undefined];

const now = systemClock.now();
const cases: readonly Case[] = [
  ['all schedules', {}, undefined],
  ['all schedules, a page further on', {}, { fireAt: now - 3_600_000, slug: 's1' }],
  ['one schedule, between two times', { slug: 's1', from: now - 7_200_000, until: now - 3_600_000 }, undefined],
  ['a status that is not rare', { statuses: ['started'] }, undefined],
];

describe.each(cases)('a page of %s', (_name, some, after) => {
  test.each(['custom', 'generic'] as const)('%s plan', async (kind) => {
    const filter = { deploymentId, slug: null, from: null, until: null, statuses: [], ...some };
    const { kysely, statements } = recordingQueries(database, 'list');
    expect(await listScheduleFires({ kysely }, { filter, after, limit: 51 })).toHaveLength(51);
    const plan = await planOf(statements, kind);
    const reads = nodesOf(plan).filter((node) => node['Relation Name'] === 'schedule_fire');
    // Of each schedule from its end on, and no further than the page goes: nothing sorts what is not on it.
    expect(reads).toMatchObject([
      { 'Node Type': 'Index Scan', 'Index Name': 'schedule_fire_pkey', 'Scan Direction': 'Backward' },
    ]);
    const above = nodesOf(plan).find(({ Plans = [] }) => Plans.some((child) => reads.includes(child)));
    expect(above?.['Node Type']).toBe('Limit');
  });
});

async function planOf(statements: ReadonlyMap<string, RunStatement>, kind: 'custom' | 'generic'): Promise<PlanNode> {
  const [statement] = statements.values();
  if (!statement) throw new Error('no statement was run');
  return (await explain(database, statement))[kind];
}
