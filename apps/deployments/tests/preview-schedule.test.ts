import { type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { PreviewedFireSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { DstFold, DstGap, type Schedule, type ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, every, HOUR, rowVersions, startApp } from './start-app.ts';

let app: App;
let before: string[];
beforeAll(async () => {
  app = await startApp();
  before = await rowVersions(app.database);
});
afterAll(() => app[Symbol.asyncDispose]());

type ScheduleInit = Exclude<MessageInitShape<typeof ScheduleSchema>, Schedule>;

const cron = (expression: string, overrides: ScheduleInit = {}): ScheduleInit => ({
  spec: { case: 'cron', value: { cron: expression } },
  ...overrides,
});
const at = (text: string) => timestampFromDate(new Date(text));

test('the next ten fires from now on, with a description', async () => {
  const reply = await app.deployments.previewSchedule({ schedule: every(HOUR) });
  const { fires, description } = reply;
  expect(fires).toHaveLength(10);
  // The clock stands at 00:00:30.
  expect(fires[0] && toJson(PreviewedFireSchema, fires[0])).toEqual({
    time: '2026-01-01T01:00:00Z',
    localTime: '2026-01-01T01:00:00+00:00',
  });
  expect(fires[9]?.localTime).toBe('2026-01-01T10:00:00+00:00');
  expect(description).toBe('every hour');
  expect(await rowVersions(app.database)).toEqual(before);
});

test('a window and a limit: both ends count', async () => {
  const schedule = cron('0 9 * * *', { timezone: 'Europe/Paris', active: false, slug: 'x' });
  const window = { from: at('2026-06-01T07:00:00Z'), until: at('2026-06-03T07:00:00Z') };
  const times = async (limit: number) =>
    (await app.deployments.previewSchedule({ schedule, ...window, limit })).fires.map(({ localTime }) => localTime);
  expect(await times(0)).toEqual([
    '2026-06-01T09:00:00+02:00',
    '2026-06-02T09:00:00+02:00',
    '2026-06-03T09:00:00+02:00',
  ]);
  expect(await times(2)).toHaveLength(2);
});

test.each<[string, ScheduleInit, string[]]>([
  ['fires after the gap', {}, ['2026-03-28T02:30:00+01:00', '2026-03-29T03:00:00+02:00', '2026-03-30T02:30:00+02:00']],
  ['is left out', { dstGap: DstGap.SKIP }, ['2026-03-28T02:30:00+01:00', '2026-03-30T02:30:00+02:00']],
])('a time that the clocks leave out %s', async (_, overrides, expected) => {
  const schedule = cron('30 2 * * *', { timezone: 'Europe/Berlin', ...overrides });
  const window = { from: at('2026-03-28T00:00:00Z'), until: at('2026-03-30T12:00:00Z') };
  const { fires } = await app.deployments.previewSchedule({ schedule, ...window });
  expect(fires.map(({ localTime }) => localTime)).toEqual(expected);
  if (expected.length === 3) expect(fires.map(({ notes }) => notes.length)).toEqual([0, 1, 0]);
});

test.each<[string, DstFold, string[]]>([
  ['the first time', DstFold.AUTO, ['2026-10-25T02:30:00+02:00']],
  ['the second time', DstFold.SECOND, ['2026-10-25T02:30:00+01:00']],
  ['both times', DstFold.BOTH, ['2026-10-25T02:30:00+02:00', '2026-10-25T02:30:00+01:00']],
])('a time that comes twice fires %s', async (_, dstFold, expected) => {
  const schedule = cron('30 2 * * *', { timezone: 'Europe/Berlin', dstFold });
  const window = { from: at('2026-10-24T22:00:00Z'), until: at('2026-10-25T12:00:00Z') };
  const { fires } = await app.deployments.previewSchedule({ schedule, ...window });
  expect(fires.map(({ localTime }) => localTime)).toEqual(expected);
  for (const { notes } of fires) expect(notes.join()).toMatch(/02:30 comes twice/);
});

test.each<[string, ScheduleInit | undefined, string]>([
  ['no schedule', undefined, 'schedule'],
  ['a schedule without spec', {}, 'schedule.spec'],
  ['an hour that is none', cron('0 25 * * *'), 'schedule.cron.cron'],
  ['a day that never comes', cron('0 0 30 2 *'), 'schedule.cron.cron'],
  ['a rule that is none', { spec: { case: 'rrule', value: { rrule: 'daily' } } }, 'schedule.rrule.rrule'],
  ['a short interval', every(999), 'schedule.interval.interval'],
  ['an unknown zone', cron('0 9 * * *', { timezone: 'Nowhere' }), 'schedule.timezone'],
  ['an unknown fold', cron('0 9 * * *', { dstFold: 9 as DstFold }), 'schedule.dst_fold'],
])('%s is refused by name', async (_, schedule, field) => {
  const call = app.deployments.previewSchedule({ schedule });
  await expect(call).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT', violations: [{ field }] });
});

test('more than ten thousand are refused', async () => {
  const call = app.deployments.previewSchedule({ schedule: every(HOUR), limit: 10_001 });
  await expect(call).rejects.toMatchObject({ violations: [{ field: 'limit' }] });
});
