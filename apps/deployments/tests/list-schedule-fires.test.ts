import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import type {
  ListScheduleFiresRequest,
  ListScheduleFiresRequestSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { type ScheduleFire, ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { topUpSchedules } from '@millrace/db';
import { Code } from '@millrace/rpc/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, DAY, deployment, every, HOUR, startApp } from './start-app.ts';

let app: App;
let deploymentId: string;
const key = { case: 'name', value: 'hello/daily' } as const;

/** At 00:00:30 of a day, 29 hours after the deployment, topped up; another deployment has a ledger of its own. */
beforeAll(async () => {
  app = await startApp();
  const schedules = [every(12 * HOUR, { slug: 'twice' }), every(DAY, { slug: 'daily' })];
  const made = await app.deployments.createDeployment(deployment({ schedules }));
  deploymentId = made.deployment?.id ?? '';
  await app.deployments.createDeployment(deployment({ name: 'other', schedules: [every(HOUR)] }));
  await app.clock.advance(29 * HOUR);
  await topUpSchedules(app.database, { now: app.clock.now(), limit: 10, newId: () => crypto.randomUUID() });
  await settle('twice', '2026-01-01T12:00:00Z', { status: 'started' });
  await settle('twice', '2026-01-02T00:00:00Z', { status: 'skipped', reason: 'overlap' });
  await settle('daily', '2026-01-02T00:00:00Z', { status: 'started' });
});
afterAll(() => app[Symbol.asyncDispose]());

/** Puts an entry of the ledger into the state that a run's start, or a policy, leaves it in. */
async function settle(slug: string, time: string, change: { status: string; reason?: string }) {
  const { numUpdatedRows } = await app.database.kysely
    .updateTable('schedule_fire')
    .set(change)
    .where('fire_at', '=', time as never)
    .where('schedule_id', 'in', (eb) =>
      eb.selectFrom('schedule').select('id').where('slug', '=', slug).where('deployment_id', '=', deploymentId),
    )
    .executeTakeFirstOrThrow();
  expect(numUpdatedRows).toBe(1n);
}

type Init = MessageInitShape<typeof ListScheduleFiresRequestSchema>;
type Request = Partial<Exclude<Init, ListScheduleFiresRequest>>;

const list = (request: Request = {}) => app.deployments.listScheduleFires({ key, ...request });

async function pages(request: Request): Promise<string[]> {
  const fires: ScheduleFire[] = [];
  for (let pageToken = ''; ; ) {
    const page = await list({ ...request, pageToken });
    fires.push(...page.fires);
    pageToken = page.nextPageToken;
    if (!pageToken) return fires.map(line);
  }
}

const statusNames = new Map(Object.entries(ScheduleFireStatus).map(([name, status]) => [status as number, name]));

function line({ fireTime, scheduleSlug, status, reason }: ScheduleFire): string {
  const time = fireTime ? new Date(timestampMs(fireTime)).toISOString().slice(5, 16) : '';
  return [time, scheduleSlug, statusNames.get(status), ...(reason ? [reason] : [])].join(' ');
}

const at = (time: string) => timestampFromMs(Date.parse(`2026-${time}:00Z`));

const at9999 = { seconds: 253402300799n };

const newestFirst = [
  '01-05T00:00 daily SCHEDULED',
  '01-04T00:00 daily SCHEDULED',
  '01-03T12:00 twice SCHEDULED',
  '01-03T00:00 daily SCHEDULED',
  '01-03T00:00 twice SCHEDULED',
  '01-02T12:00 twice SCHEDULED',
  '01-02T00:00 daily STARTED',
  '01-02T00:00 twice SKIPPED overlap',
  '01-01T12:00 twice STARTED',
];

test.each([0, 1, 2, 9, 200])('pages of %d give each fire of all schedules once, newest first', async (pageSize) => {
  expect(await pages({ pageSize })).toEqual(newestFirst);
  expect(await pages({ pageSize, key: { case: 'id', value: deploymentId.toUpperCase() } })).toEqual(newestFirst);
});

const { SCHEDULED, STARTED, SKIPPED } = ScheduleFireStatus;

test.each<[string, Request, string[]]>([
  ['a schedule', { scheduleSlug: 'daily' }, newestFirst.filter((fire) => fire.includes('daily'))],
  ['a status', { statuses: [SKIPPED] }, newestFirst.slice(7, 8)],
  ['statuses', { statuses: [SKIPPED, STARTED] }, newestFirst.slice(6)],
  ['no time before the first of them', { fireAfter: at('01-03T12:00') }, newestFirst.slice(0, 3)],
  ['no time after the last of them', { fireBefore: at('01-02T00:00') }, newestFirst.slice(6)],
  ['times that none was for', { fireAfter: at('01-02T00:01'), fireBefore: at('01-02T11:59') }, []],
  ['the longest time', { fireAfter: { seconds: -62135596800n }, fireBefore: at9999 }, newestFirst],
  [
    'all of these',
    { scheduleSlug: 'twice', statuses: [SCHEDULED], fireAfter: at('01-03T00:00'), fireBefore: at('01-04T00:00') },
    ['01-03T12:00 twice SCHEDULED', '01-03T00:00 twice SCHEDULED'],
  ],
])('of %s', async (_name, request, fires) => {
  expect(await pages({ ...request, pageSize: 1 })).toEqual(fires);
  expect((await list({ ...request, pageSize: 1, includeTotal: true })).totalCount).toBe(fires.length);
  expect((await list(request)).totalCount).toBeUndefined();
});

test('a fire names its run, even one that has been deleted, and none where none was made', async () => {
  const runs = await app.database.kysely.selectFrom('flow_run').select(['id', 'scheduled_time']).execute();
  const scheduled = new Map(runs.map(({ id, scheduled_time }) => [id, scheduled_time]));
  const { fires } = await list({ scheduleSlug: 'daily' });
  for (const { flowRunId = '', fireTime } of fires)
    expect(scheduled.get(flowRunId)).toBe(fireTime && timestampMs(fireTime));
  const [late] = await list({ scheduleSlug: 'twice', statuses: [STARTED] }).then((page) => page.fires);
  const id = late?.flowRunId ?? '';
  await app.database.kysely.deleteFrom('flow_run').where('id', '=', id).execute();
  const [after] = await list({ scheduleSlug: 'twice', statuses: [STARTED] }).then((page) => page.fires);
  expect(after).toEqual(late);
  await app.database.kysely
    .updateTable('schedule_fire')
    .set({ flow_run_id: null })
    .where('flow_run_id', '=', id)
    .execute();
  const [none] = await list({ scheduleSlug: 'twice', statuses: [STARTED] }).then((page) => page.fires);
  expect(none?.flowRunId).toBeUndefined();
});

test('fires to come go with a pause; what was stays', async () => {
  const paused = { key: { case: 'name' as const, value: 'hello/other' } };
  await app.deployments.setScheduleActive({ ...paused, active: false });
  const { fires } = await list(paused);
  expect(fires.length).toBeGreaterThan(0);
  for (const { fireTime } of fires) expect(fireTime && timestampMs(fireTime)).toBeLessThanOrEqual(app.clock.now());
});

test('a deployment without schedules has none', async () => {
  await app.deployments.createDeployment(deployment({ name: 'idle' }));
  const idle = { key: { case: 'name' as const, value: 'hello/idle' } };
  expect(await list({ ...idle, includeTotal: true })).toMatchObject({ fires: [], nextPageToken: '', totalCount: 0 });
  await expect(list({ ...idle, scheduleSlug: 'daily' })).rejects.toMatchObject({
    violations: [{ description: '"daily" is none of the deployment\'s schedules; there is no schedule' }],
  });
});

describe('refused', () => {
  test.each([
    { case: 'name' as const, value: 'hello/nobody' },
    { case: 'id' as const, value: '019b0000-0000-7000-8000-000000000001' },
  ])('an unknown deployment, by $case', async (unknown) => {
    await expect(list({ key: unknown })).rejects.toMatchObject({
      code: Code.NotFound,
      reason: 'DEPLOYMENT_NOT_FOUND',
    });
  });

  test('an unknown slug, saying which there are', async () => {
    await expect(list({ scheduleSlug: 'hourly' })).rejects.toMatchObject({
      code: Code.InvalidArgument,
      violations: [
        {
          field: 'schedule_slug',
          description: '"hourly" is none of the deployment\'s schedules; there is "twice", "daily"',
        },
      ],
    });
  });

  test('bad tokens, sizes, names and statuses, by field', async () => {
    const { nextPageToken } = await list({ pageSize: 1 });
    const [sort, fingerprint] = JSON.parse(Buffer.from(nextPageToken, 'base64url').toString()) as string[];
    const forged = (...rest: string[]) =>
      Buffer.from(JSON.stringify([sort, fingerprint, ...rest])).toString('base64url');
    const other = { case: 'name' as const, value: 'hello/other' };
    const refused: [Request, string][] = [
      [{ pageToken: 'abc' }, 'page_token'],
      [{ pageToken: forged('', 'daily') }, 'page_token'],
      [{ pageToken: forged('1e300', 'daily') }, 'page_token'],
      [{ pageToken: forged('0', 'a\0') }, 'page_token'],
      [{ pageToken: nextPageToken, scheduleSlug: 'daily' }, 'page_token'],
      [{ pageToken: nextPageToken, fireAfter: at('01-01T00:00') }, 'page_token'],
      [{ pageToken: nextPageToken, key: other }, 'page_token'],
      [{ pageSize: 201 }, 'page_size'],
      [{ key: { case: 'name', value: 'hello' } }, 'name'],
      [{ statuses: [ScheduleFireStatus.UNSPECIFIED] }, 'statuses[0]'],
      [{ fireAfter: { seconds: 10n ** 15n } }, 'fire_after'],
      [{ fireBefore: { seconds: -(10n ** 15n) } }, 'fire_before'],
    ];
    for (const [request, field] of refused)
      await expect(list(request)).rejects.toMatchObject({ code: Code.InvalidArgument, violations: [{ field }] });
  });
});
