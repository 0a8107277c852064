import { newId } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { openSignals, toInstant } from '@millrace/db';
import { insertDeployment, insertFlowRuns, testDatabase } from '@millrace/db/testing';
import { openReadyAgents } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import type { Context } from '../src/context.ts';
import { openClaimer } from '../src/dispatch/claimer.ts';
import { startMakePartitions } from '../src/loops/make-partitions.ts';
import { startRetention } from '../src/loops/retention.ts';

const DAY = 86_400_000;
const retention = { runsDays: 90, logsDays: 30, firesDays: 400 };

/** A database, and the loops' passes on a clock of its own. */
async function setup() {
  await using stack = new AsyncDisposableStack();
  const clock = virtualClock();
  const { database } = stack.use(await testDatabase());
  const signals = stack.use(await openSignals(database, { clock }));
  const claimer = stack.use(openClaimer({ database, signals, clock }));
  const context: Context = {
    ...{ database, signals, clock, log: silentLogger(), claimer, streams: new Set(), retention },
    ...{ readyAgents: openReadyAgents(), draining: new AbortController().signal },
  };
  const passOf = async (start: (context: Context) => AsyncDisposable) => {
    const loop = start(context);
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await loop[Symbol.asyncDispose]();
  };
  const days = async (table: string) => {
    const text = `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'millrace.${table}'::regclass and c.relname ~ '_[0-9]+$' order by 1`;
    const rows = await database.run<{ name: string }>({ name: `days of ${table}`, text }, []);
    return rows.map(({ name }) => name.slice(-8));
  };
  const deployment = await insertDeployment(database, clock);
  const started = stack.move();
  return {
    ...{ clock, database, passOf, days, deployment },
    runs: async () =>
      (await database.kysely.selectFrom('flow_run').select('name').orderBy('name').execute()).map((r) => r.name),
    run: async (name: string, state: string) => {
      const [id = ''] = await insertFlowRuns(database, clock, { ...deployment, name });
      const ended = state === 'COMPLETED';
      const change = { state_type: state, holder_id: ended ? null : newId(clock), scheduled_time: null };
      await database.kysely
        .updateTable('flow_run')
        .set({ ...change, sort_at: toInstant(clock.now()) })
        .where('id', '=', id)
        .execute();
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

test('runs go 90 days after their end, history with the last run of its days, logs after 30 days', async () => {
  await using world = await setup();
  const { clock, passOf, days, run, runs } = world;
  await passOf(startMakePartitions);
  await run('old', 'COMPLETED');
  await clock.advance(2 * DAY);
  await run('newer', 'COMPLETED');
  await passOf(startRetention);
  expect(await runs()).toEqual(['newer', 'old']);
  const all = await days('log_chunk');
  expect(all[0]).toBe('20260101');

  await clock.advance(30 * DAY);
  await passOf(startRetention);
  expect((await days('log_chunk'))[0]).toBe('20260103');
  expect((await days('flow_run_state'))[0]).toBe('20260101');

  await clock.advance(59 * DAY);
  await passOf(startRetention);
  expect(await runs()).toEqual(['newer']);
  expect((await days('flow_run_state'))[0]).toBe('20260102');
  await clock.advance(2 * DAY);
  await passOf(startRetention);
  expect(await runs()).toEqual([]);
  // Besides those that the database was made with.
  expect((await days('log_chunk')).filter((day) => day < '20260501')).toEqual([]);
});

test('a run that goes on keeps its history and its log, however old', async () => {
  await using world = await setup();
  const { clock, passOf, days, run, runs } = world;
  await passOf(startMakePartitions);
  await run('endless', 'RUNNING');
  await run('short', 'COMPLETED');
  await clock.advance(200 * DAY);
  await passOf(startRetention);
  expect(await runs()).toEqual(['endless']);
  expect([(await days('flow_run_state'))[0], (await days('log_chunk'))[0]]).toEqual(['20260101', '20260101']);
});

test('the ledger is kept for longer than its runs, not for ever, and what went does not fire again', async () => {
  await using world = await setup();
  const { clock, database, passOf, deployment } = world;
  const scheduleId = newId(clock);
  const at = toInstant(clock.now());
  await database.kysely
    .insertInto('schedule')
    .values({
      ...{ id: scheduleId, deployment_id: deployment.deploymentId, slug: 'default', timezone: 'UTC', active: true },
      ...{ spec: '{"kind":"cron","cron":"0 0 * * *","dayOr":true}', parameters: '{}', watermark: at, top_up_at: null },
    })
    .execute();
  const fires = Array.from({ length: 2_500 }, (_, n) => ({
    ...{ schedule_id: scheduleId, fire_at: toInstant(clock.now() + n * 60_000), status: 'started' },
  }));
  await database.kysely.insertInto('schedule_fire').values(fires).execute();
  const count = async () => (await database.kysely.selectFrom('schedule_fire').select('fire_at').execute()).length;
  await clock.advance(399 * DAY);
  await passOf(startRetention);
  expect(await count()).toBe(2_500);
  await clock.advance(DAY + 2_000 * 60_000);
  await passOf(startRetention);
  expect(await count()).toBe(500);
});
