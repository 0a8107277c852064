import { systemClock as clock, newId } from '@millrace/clock';
import { expect, test } from 'vitest';
import { toInstant } from '../connection/instant.ts';
import type { Executor } from '../connection/statement.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { insertDeployment, insertFlowRuns } from '../testing/factories.ts';
import { testDatabase } from '../testing/test-database.ts';
import { deleteUnstartedFlowRuns } from '../transitions/delete-flow-runs.ts';
import { deletedOrdinal, findChangedFlowRuns } from './find-changed-flow-runs.ts';

test('each run once, with its last ordinal, deleted ones too, from an instant on', async () => {
  await using db = await testDatabase();
  const deployment = await insertDeployment(db.database, clock);
  const [one = '', other = '', gone = ''] = await insertFlowRuns(db.database, clock, { ...deployment, count: 3 });
  const find = (since: number, mostStates = 10) => findChangedFlowRuns(db.database, { since, mostStates });
  const before = clock.now() - 60_000;
  const again = `insert into millrace.flow_run_state select flow_run_id, 2, received + interval '1 hour', id, type, name,
    message, timestamp, data_encoding, data_blob, scheduled_time, cause, actor, epoch, request_id, answer_status,
    answer_reason from millrace.flow_run_state where flow_run_id = '${other}'`;
  await db.database.run({ name: 'again', text: again }, []);
  const context = { now: clock.now(), newId: () => newId(clock) };
  await withTransaction(db.database, (tx) => deleteUnstartedFlowRuns(tx, [gone], context));
  const byId = (rows: Awaited<ReturnType<typeof find>>) => rows?.toSorted((a, b) => a.id.localeCompare(b.id));
  const all = [
    { id: one, ordinal: 1 },
    { id: other, ordinal: 2 },
    { id: gone, ordinal: deletedOrdinal },
  ];
  expect(byId(await find(before))).toEqual(byId(all));
  expect(await find(clock.now() + 60_000)).toEqual([{ id: other, ordinal: 2 }]);
  expect(byId(await find(before, 4))).toEqual(byId(all));
  expect(await find(before, 3)).toBeUndefined();
});

test('deletions are forgotten after two hours, with the next one', async () => {
  await using db = await testDatabase();
  const ids = await insertFlowRuns(db.database, clock, {
    ...(await insertDeployment(db.database, clock)),
    count: 2,
  });
  const remove = (id: string, now: number) =>
    withTransaction(db.database, (tx) => deleteUnstartedFlowRuns(tx, [id], { now, newId: () => newId(clock) }));
  await remove(ids[0] ?? '', clock.now() - 2 * 3_600_000 - 1_000);
  await remove(ids[1] ?? '', clock.now());
  const rows = await db.database.kysely.selectFrom('flow_run_deletion').select('flow_run_ids').execute();
  expect(rows).toEqual([{ flow_run_ids: [ids[1]] }]);
});

const dayMs = 86_400_000;

/** Fills tomorrow's partition with a state each second up to `end`, and gives the plan of the statement. */
async function planOf(end: number, query: { since: number; mostStates: number }): Promise<string> {
  await using db = await testDatabase();
  const fill = `insert into millrace.flow_run_state
      (flow_run_id, ordinal, received, id, type, name, message, "timestamp", actor, epoch, answer_status, answer_reason)
    select gen_random_uuid(), 1, '${toInstant(end)}'::timestamptz - n * interval '1 second', gen_random_uuid(), 'RUNNING',
      'Running', '', now(), 'x', 1, 'ACCEPT', '' from generate_series(1, 40000) n`;
  await db.database.run({ name: 'fill', text: fill }, []);
  await db.database.run({ name: 'analyze', text: 'analyze millrace.flow_run_state' }, []);
  let lines = '';
  const explaining: Executor = {
    async run({ name, text }, values) {
      const plan = await db.database.run<{ 'QUERY PLAN': string }>(
        { name: `explain_${name}`, text: `explain (analyze, costs off, timing off, summary off) ${text}` },
        values,
      );
      lines = plan.map((row) => row['QUERY PLAN']).join('\n');
      return [];
    },
  };
  await findChangedFlowRuns(explaining, query);
  return lines;
}

test.for([
  ['a moment', 20_000],
  ['hours', 10 * 3_600_000],
] as const)('reads the history of %s by its index, and no more of it than is asked for', async ([, lengthMs]) => {
  // Within one day's partition, whatever the time is.
  const end = (Math.floor(clock.now() / dayMs) + 1) * dayMs + 12 * 3_600_000;
  const plan = await planOf(end, { since: end - lengthMs, mostStates: 1_000 });
  const partition = `flow_run_state_${toInstant(end).slice(0, 10).replaceAll('-', '')}`;
  expect(plan).toMatch(new RegExp(`Index Scan using ${partition}_received_idx`));
  // The partitions that are empty may be looked at in any way.
  expect(plan).not.toMatch(new RegExp(`Seq Scan on ${partition}`));
  const rows = [...plan.matchAll(/actual rows=(\d+)/g)].map(([, count]) => Number(count));
  expect(Math.max(...rows)).toBeLessThanOrEqual(1_001);
  expect(plan).not.toMatch(/Rows Removed by Filter/);
});
