import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type { PlannedFire } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { topUpSchedules } from '@millrace/db';
import { Code } from '@millrace/rpc/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type App, DAY, deployment, every, HOUR, readRuns, rowVersions, startApp } from './start-app.ts';

let app: App;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app[Symbol.asyncDispose]());

const key = { case: 'name', value: 'hello/daily' } as const;
const at = (text: string) => timestampFromMs(Date.parse(text));
const lines = (fires: readonly PlannedFire[]) =>
  fires.map(({ fire, created }) => {
    const time = new Date(fire?.fireTime ? timestampMs(fire.fireTime) : Number.NaN).toISOString().slice(5, 16);
    const [status] = Object.entries(ScheduleFireStatus).find(([, each]) => each === fire?.status) ?? [];
    return `${fire?.scheduleSlug} ${time} ${status}${fire?.reason ? `: ${fire.reason}` : ''}${created ? ' created' : ''}`;
  });

const window = { startTime: at('2025-12-30T00:00:00Z'), endTime: at('2025-12-31T12:00:00Z') };
const schedules = [every(12 * HOUR, { slug: 'twice' }), every(DAY, { slug: 'daily' })];

test('a window of the past gets its runs once, due at once', async () => {
  await app.deployments.createDeployment(deployment({ schedules }));
  const before = await rowVersions(app.database);
  const planned = await app.deployments.scheduleFlowRuns({ key, ...window, dryRun: true });
  expect(await rowVersions(app.database)).toEqual(before);
  const wanted = [
    'daily 12-30T00:00 SCHEDULED created',
    'twice 12-30T00:00 SCHEDULED created',
    'twice 12-30T12:00 SCHEDULED created',
    'daily 12-31T00:00 SCHEDULED created',
    'twice 12-31T00:00 SCHEDULED created',
    'twice 12-31T12:00 SCHEDULED created',
  ];
  expect(lines(planned.fires)).toEqual(wanted);
  expect(planned.fires.every(({ fire }) => fire?.flowRunId === undefined)).toBe(true);
  expect(planned.createdFlowRuns).toBe(6);

  const made = await app.deployments.scheduleFlowRuns({ key, ...window });
  expect(lines(made.fires)).toEqual(wanted);
  const runs = await readRuns(app.database);
  const ids = new Set(
    runs.filter((run) => run.scheduled_time && run.scheduled_time < app.clock.now()).map(({ id }) => id),
  );
  expect(new Set(made.fires.map(({ fire }) => fire?.flowRunId))).toEqual(ids);
  expect(runs[0]).toMatchObject({ auto_scheduled: true, tags: ['auto-scheduled'], start_before: null, catch_up: null });

  const again = await app.deployments.scheduleFlowRuns({ key, ...window });
  expect([again.createdFlowRuns, lines(again.fires)]).toEqual([0, wanted.map((line) => line.replace(' created', ''))]);
  expect(again.fires.map(({ fire }) => fire?.flowRunId)).toEqual(made.fires.map(({ fire }) => fire?.flowRunId));
});

test('what was skipped gets its run after all, and nothing else twice', async () => {
  const policy = { catchUp: 3, slug: 'none' };
  await app.deployments.createDeployment(deployment({ schedules: [every(HOUR, policy)] }));
  await app.clock.advance(6 * HOUR);
  await topUpSchedules(app.database, { now: app.clock.now(), limit: 10, newId: () => crypto.randomUUID() });
  const asked = { key, startTime: at('2026-01-01T01:00:00Z'), endTime: at('2026-01-01T06:00:00Z') };
  const made = await app.deployments.scheduleFlowRuns(asked);
  // Three were made ahead, two were missed and skipped, the sixth has just come.
  expect(made.createdFlowRuns).toBe(2);
  expect(lines(made.fires).filter((line) => line.includes('created'))).toEqual([
    'none 01-01T04:00 SCHEDULED created',
    'none 01-01T05:00 SCHEDULED created',
  ]);
});

test('a window of the future keeps to the policies, and the top-up makes none of it again', async () => {
  const soon = every(HOUR, { slug: 'soon', expireAfter: { seconds: 60n } });
  await app.deployments.createDeployment(deployment({ schedules: [soon] }));
  const made = await app.deployments.scheduleFlowRuns({ key, maxRuns: 10, scheduleSlug: 'soon' });
  expect([made.fires.length, made.createdFlowRuns]).toEqual([10, 7]);
  await app.clock.advance(5 * HOUR);
  await topUpSchedules(app.database, { now: app.clock.now(), limit: 10, newId: () => crypto.randomUUID() });
  const runs = await readRuns(app.database);
  expect(runs).toHaveLength(10);
  expect(runs.every((run) => (run.start_before ?? 0) - (run.scheduled_time ?? 0) === 60_000)).toBe(true);
  // Pausing takes those ahead with it, however they were made.
  await app.deployments.setScheduleActive({ key, active: false });
  expect((await readRuns(app.database)).filter((run) => run.state_type === 'SCHEDULED')).toEqual([]);
});

test('what can not be done says why', async () => {
  await app.deployments.createDeployment(deployment({ name: 'bare' }));
  await app.deployments.createDeployment(deployment({ schedules }));
  const code = (error: Code) => ({ code: error });
  const ask = (request: object) => app.deployments.scheduleFlowRuns({ key, ...request });
  await expect(ask({ key: { case: 'name', value: 'hello/none' } })).rejects.toMatchObject(code(Code.NotFound));
  await expect(ask({ key: { case: 'name', value: 'hello/bare' } })).rejects.toThrow('no schedule');
  await expect(ask({ scheduleSlug: 'thrice' })).rejects.toThrow('"twice", "daily"');
  await expect(ask({ startTime: window.endTime, endTime: window.startTime })).rejects.toThrow('is before start_time');
  await expect(ask({ maxRuns: 10_001 })).rejects.toMatchObject(code(Code.InvalidArgument));
  const years = { startTime: at('1990-01-01T00:00:00Z'), endTime: at('2025-01-01T00:00:00Z'), maxRuns: 10_000 };
  await expect(ask(years)).rejects.toThrow('more than 10000 fires');
  await app.deployments.setScheduleActive({ key, active: false });
  await expect(ask({})).rejects.toMatchObject(code(Code.FailedPrecondition));
  await expect(ask({})).rejects.toThrow('deployment "hello/daily" is paused: resume it first');
  await app.deployments.setScheduleActive({ key, active: true });
  await app.deployments.setScheduleActive({ key, active: false, slug: 'twice' });
  await expect(ask({ scheduleSlug: 'twice' })).rejects.toThrow('schedule "twice" is paused: resume it first');
  await app.deployments.setScheduleActive({ key, active: false, slug: 'daily' });
  await expect(ask({})).rejects.toThrow('schedules "twice", "daily" are paused: resume one first');
  expect((await readRuns(app.database)).filter((run) => run.state_type === 'SCHEDULED')).toEqual([]);
});
