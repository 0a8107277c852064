import { newId } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { scheduleFlowRuns } from '../schedules/schedule-flow-runs.ts';
import { topUpSchedules } from '../schedules/top-up-schedules.ts';
import { insertDeployment, insertWorkQueue, testDatabase } from '../testing/index.ts';

const HOUR = 3_600_000;
const clock = virtualClock();

test('runs made by the loop are as those that somebody asked for', async () => {
  await using fixture = await testDatabase();
  const { database } = fixture;
  const { kysely } = database;
  const { deploymentId } = await insertDeployment(database, clock);
  await kysely
    .updateTable('deployment_version')
    .set({ parameters: '{"a": 1, "b": 1}', tags: ['x', 'auto-scheduled'], priority: 3, retry_delays_ms: [5] })
    .execute();
  const fitting = [
    await insertWorkQueue(database, clock, { tags: ['x'] }),
    await insertWorkQueue(database, clock, { deploymentIds: [deploymentId], flowRunnerTypes: ['universal'] }),
  ];
  await insertWorkQueue(database, clock, { tags: ['y'] });
  const id = newId(clock);
  const now = toInstant(clock.now());
  await kysely
    .insertInto('schedule')
    .values({
      ...{ id, deployment_id: deploymentId, slug: 'hourly', timezone: 'UTC', active: true, parameters: '{"b": 2}' },
      ...{
        watermark: now,
        top_up_at: now,
        spec: JSON.stringify({ kind: 'interval', intervalMs: HOUR, anchorMs: null }),
      },
      options: JSON.stringify({ overlap: 'skip', catchUp: 'latest', expireAfterMs: 5000 }),
    })
    .execute();
  const by = { now: clock.now(), actor: 'scheduler', newId: () => newId(clock) };
  const { count, signals } = await topUpSchedules(database, { ...by, limit: 10 });
  expect(count).toBe(3);
  expect(
    signals
      .filter(({ kind }) => kind === 'queue')
      .map((signal) => signal.id)
      .sort(),
  ).toEqual([...fitting].sort());
  const range = { from: clock.now() + 4 * HOUR, until: clock.now() + 4 * HOUR, limit: 1 };
  await withTransaction(database, (tx) => scheduleFlowRuns(tx, { scheduleIds: [id], range, dryRun: false }, by));

  const described = await describeRuns(database);
  const [first, , , askedFor] = described;
  expect(first).toEqual(askedFor);
  expect(first).toMatchObject({
    ...{ parameters: { a: 1, b: 2 }, tags: ['auto-scheduled', 'x'], state_message: 'scheduled by "hourly"' },
    ...{ overlap: 'skip', catch_up: 'latest', goodFor: 5000, starts: 0, states: [{ id: true, ordinal: 1 }] },
  });
  expect(first?.entries).toHaveLength(2);
});

/** Each run with its history and its entries, in the order of their times; without what is each one's own. */
async function describeRuns({ kysely }: Database) {
  const runs = await kysely.selectFrom('flow_run').selectAll().orderBy('expected_start_time').execute();
  return Promise.all(
    runs.map(async ({ id, name, state_id, expires_at, ...run }) => {
      const [states, entries] = await Promise.all([
        kysely.selectFrom('flow_run_state').selectAll().where('flow_run_id', '=', id).execute(),
        kysely.selectFrom('queue_entry').selectAll().where('flow_run_id', '=', id).orderBy('work_queue_id').execute(),
      ]);
      const time = run.expected_start_time;
      const times = { expected_start_time: 0, scheduled_time: 0, sort_at: 0, late_from: 0, start_before: 0 };
      return {
        ...{ ...run, ...times, goodFor: (run.start_before ?? 0) - time, starts: (run.scheduled_time ?? 0) - time },
        states: states.map((state) => ({ ...state, flow_run_id: '', id: state.id === state_id, scheduled_time: 0 })),
        entries: entries.map((entry) => ({ ...entry, flow_run_id: '', due_at: entry.due_at - time })),
      };
    }),
  );
}
