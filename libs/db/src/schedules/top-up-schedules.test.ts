import { newId } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toInstant } from '../connection/instant.ts';
import type { Signal } from '../signals/signals.ts';
import { insertDeployment, type TestDatabase, testDatabase } from '../testing/index.ts';
import { findNextTopUp, topUpAllSchedules, topUpSchedules } from './top-up-schedules.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let fixture: TestDatabase;
const clock = virtualClock();
beforeAll(async () => {
  fixture = await testDatabase();
});
afterAll(() => fixture[Symbol.asyncDispose]());
beforeEach(async () => {
  for (const table of ['flow', 'flow_run', 'schedule_fire'] as const)
    await fixture.database.kysely.deleteFrom(table).execute();
});

async function insertSchedule(overrides: { timezone?: string; active?: boolean; intervalMs?: number } = {}) {
  const { timezone = 'UTC', active = true, intervalMs = HOUR } = overrides;
  const { deploymentId } = await insertDeployment(fixture.database, clock);
  const id = newId(clock);
  await fixture.database.kysely
    .insertInto('schedule')
    .values({
      id,
      deployment_id: deploymentId,
      slug: 'default',
      spec: JSON.stringify({ kind: 'interval', intervalMs, anchorMs: null }),
      timezone,
      active,
      parameters: '{}',
      watermark: toInstant(clock.now()),
      top_up_at: toInstant(clock.now()),
    })
    .execute();
  return id;
}

const topUp = (limit = 100) => topUpSchedules(fixture.database, { now: clock.now(), limit, newId: () => newId(clock) });
const readFires = () => fixture.database.kysely.selectFrom('schedule_fire').selectAll().execute();
const readRuns = () => fixture.database.kysely.selectFrom('flow_run').selectAll().execute();
const readSchedules = () => fixture.database.kysely.selectFrom('schedule').selectAll().execute();

test('a second pass at the same time finds nothing to do', async () => {
  await insertSchedule();
  expect(await topUp()).toMatchObject({ schedules: 1, count: 3 });
  expect(await topUp()).toEqual({ schedules: 0, isMoreDue: false, count: 0, signals: [] });
  expect(await findNextTopUp(fixture.database)).toBe(clock.now() + HOUR);
});

test('passes at the same time make each fire once', async () => {
  for (let n = 0; n < 40; n++) await insertSchedule({ intervalMs: MINUTE });
  const passes = await Promise.all(Array.from({ length: 6 }, () => topUp(10)));
  const last = await topUp();
  expect([...passes, last].reduce((sum, { count }) => sum + count, 0)).toBe(40 * 70);
  const [fires, runs] = [await readFires(), await readRuns()];
  expect(fires).toHaveLength(40 * 70);
  expect(new Set(runs.map(({ id }) => id))).toEqual(new Set(fires.map((fire) => fire.flow_run_id)));
});

test('a pass over more than one batch makes all, and publishes each batch', async () => {
  const { kysely } = fixture.database;
  await insertSchedule();
  const [schedule] = await readSchedules();
  if (!schedule) throw new Error('no schedule');
  const others = Array.from({ length: 1_100 }, (_, n) => ({
    ...{ ...schedule, id: newId(clock), slug: `s${n}` },
    ...{ spec: JSON.stringify(schedule.spec), options: '{}', parameters: '{}' },
    ...{ watermark: toInstant(schedule.watermark), top_up_at: toInstant(clock.now()) },
  }));
  await kysely.insertInto('schedule').values(others).execute();
  const published: string[] = [];
  const publish = (signals: readonly Signal[]) => void published.push(...signals.map(({ id }) => id));
  const all = { clock, publish, signal: new AbortController().signal };
  expect(await topUpAllSchedules(fixture.database, all)).toBe(1_101 * 3);
  const ids = (await readRuns()).map(({ id }) => id);
  expect(ids).toHaveLength(1_101 * 3);
  expect(new Set(published)).toEqual(new Set(ids));
  expect(await topUpAllSchedules(fixture.database, all)).toBe(0);
});

test('a pass that is stopped ends after the batch under way', async () => {
  await insertSchedule();
  const all = { clock, publish: () => undefined, signal: AbortSignal.abort() };
  expect(await topUpAllSchedules(fixture.database, all)).toBe(3);
});

test('a fire that is in the ledger is not made again, even when its run is gone', async () => {
  const id = await insertSchedule();
  await topUp();
  const [first] = await readRuns();
  await fixture.database.kysely
    .deleteFrom('flow_run')
    .where('id', '=', first?.id ?? '')
    .execute();
  const again = { watermark: toInstant(clock.now()), top_up_at: toInstant(clock.now()) };
  await fixture.database.kysely.updateTable('schedule').set(again).where('id', '=', id).execute();
  expect(await topUp()).toMatchObject({ schedules: 1, count: 0 });
  expect(await readRuns()).toHaveLength(2);
});

test('a schedule that fails says so, and the others go on', async () => {
  const broken = await insertSchedule({ timezone: 'Nowhere/Else' });
  await insertSchedule();
  expect(await topUp()).toMatchObject({ schedules: 2, count: 3 });
  const schedules = await readSchedules();
  expect(schedules.find(({ id }) => id === broken)?.error).toContain('timezone');
  expect(schedules.find(({ id }) => id !== broken)?.error).toBeNull();
  expect(await topUp()).toMatchObject({ schedules: 0 });
});

test('a schedule that is off is not looked at any more', async () => {
  await insertSchedule({ active: false });
  expect(await topUp()).toMatchObject({ schedules: 1, count: 0 });
  expect(await readSchedules()).toMatchObject([{ top_up_at: null, error: null }]);
});

test('fires missed while nobody looked are made, late', async () => {
  await insertSchedule();
  await topUp();
  await clock.advance(5 * HOUR + MINUTE);
  await topUp();
  const times = (await readFires()).map((fire) => (fire.fire_at - clock.now() + MINUTE) / HOUR).sort((a, b) => a - b);
  expect(times).toEqual([-4, -3, -2, -1, 0, 1, 2, 3]);
});
