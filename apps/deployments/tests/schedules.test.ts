import { type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { PlanAction } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import {
  CatchUp,
  DstFold,
  DstGap,
  Overlap,
  type Schedule,
  ScheduleSchema,
} from '@millrace/contracts/millrace/v1/schedule_pb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type App, DAY, deployment, every, rowVersions, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

type ScheduleInit = Exclude<MessageInitShape<typeof ScheduleSchema>, Schedule>;

const cron = (expression: string, overrides: ScheduleInit = {}): ScheduleInit => ({
  spec: { case: 'cron', value: { cron: expression } },
  ...overrides,
});
const rrule = (rule: string, overrides: ScheduleInit = {}): ScheduleInit => ({
  spec: { case: 'rrule', value: { rrule: rule } },
  ...overrides,
});
const everything: ScheduleInit = {
  timezone: 'Europe/Berlin',
  parameters: { a: 1 },
  dstGap: DstGap.SKIP,
  dstFold: DstFold.SECOND,
  jitter: { seconds: 30n, nanos: 5_000_000 },
  overlap: Overlap.BUFFER_ONE,
  catchUp: CatchUp.LATEST,
  expireAfter: { seconds: 3600n },
};
const namesake = (value: string) => ({ flow: { case: 'flowName', value } as const });
const json = (schedules: readonly Schedule[] = []) => schedules.map((each) => toJson(ScheduleSchema, each));

const defaults = {
  slug: 'default',
  timezone: 'UTC',
  active: true,
  parameters: {},
  dstGap: 'DST_GAP_AUTO',
  dstFold: 'DST_FOLD_AUTO',
  overlap: 'OVERLAP_ALLOW',
  catchUp: 'CATCH_UP_ALL',
};
const otherwise = {
  timezone: 'Europe/Berlin',
  parameters: { a: 1 },
  dstGap: 'DST_GAP_SKIP',
  dstFold: 'DST_FOLD_SECOND',
  jitter: '30.005s',
  overlap: 'OVERLAP_BUFFER_ONE',
  catchUp: 'CATCH_UP_LATEST',
  expireAfter: '3600s',
};

test.each<[string, ScheduleInit, object]>([
  ['an interval', every(DAY), { ...defaults, interval: { interval: '86400s' } }],
  [
    'an interval with everything',
    every(DAY, everything),
    { ...defaults, ...otherwise, interval: { interval: '86400s' } },
  ],
  ['an expression', cron('0 9 * * mon-fri'), { ...defaults, cron: { cron: '0 9 * * mon-fri', dayOr: true } }],
  [
    'an expression with everything',
    { ...everything, spec: { case: 'cron', value: { cron: '0 12 13 * fri', dayOr: false } } },
    { ...defaults, ...otherwise, cron: { cron: '0 12 13 * fri', dayOr: false } },
  ],
  ['a rule', rrule('FREQ=DAILY;COUNT=3'), { ...defaults, rrule: { rrule: 'FREQ=DAILY;COUNT=3' } }],
  [
    'a rule with everything',
    rrule('FREQ=WEEKLY;BYDAY=MO', everything),
    { ...defaults, ...otherwise, rrule: { rrule: 'FREQ=WEEKLY;BYDAY=MO' } },
  ],
])('%s is given back as it was declared, and is the same when declared again', async (what, schedule, expected) => {
  const request = deployment({ ...namesake(what), schedules: [schedule] });
  const { deployment: made } = await app.deployments.createDeployment(request);
  expect(json(made?.schedules)).toEqual([expected]);
  const key = { case: 'name', value: `${what}/daily` } as const;
  expect((await app.deployments.getDeployment({ key })).deployment).toEqual(made);
  const { versions } = await app.deployments.listDeploymentVersions({ key });
  // Whether it fires is not the version's.
  expect(json(versions[0]?.schedules)).toEqual([{ ...expected, active: undefined }]);

  const before = await rowVersions(app.database);
  await app.clock.advance(1000);
  expect((await app.deployments.createDeployment(request)).deployment).toEqual(made);
  expect(await rowVersions(app.database)).toEqual(before);
});

test('a default is the same whether it is said or not', async () => {
  const plain = deployment({ ...namesake('said'), schedules: [cron('@daily')] });
  const { deployment: made } = await app.deployments.createDeployment(plain);
  const said = cron('@daily', {
    timezone: 'UTC',
    dstGap: DstGap.AUTO,
    dstFold: DstFold.AUTO,
    jitter: { seconds: 0n },
    overlap: Overlap.ALLOW,
    catchUp: CatchUp.ALL,
  });
  await app.clock.advance(1000);
  const again = await app.deployments.createDeployment({ ...plain, schedules: [said] });
  expect(again.deployment).toEqual(made);
});

test.each<[string, ScheduleInit]>([
  ['the expression', cron('0 10 * * *')],
  ['the kind', rrule('FREQ=DAILY')],
  ['both days', { spec: { case: 'cron', value: { cron: '0 9 * * *', dayOr: false } } }],
  ['the gap', cron('0 9 * * *', { dstGap: DstGap.SKIP })],
  ['the fold', cron('0 9 * * *', { dstFold: DstFold.BOTH })],
  ['the jitter', cron('0 9 * * *', { jitter: { seconds: 1n } })],
  ['the overlap', cron('0 9 * * *', { overlap: Overlap.SKIP })],
  ['the catch-up', cron('0 9 * * *', { catchUp: CatchUp.NONE })],
  ['the expiry', cron('0 9 * * *', { expireAfter: { seconds: 1n } })],
])('a change of %s is shown by the plan, makes a version, and can be rolled back', async (what, schedule) => {
  const request = deployment({ ...namesake(what), schedules: [cron('0 9 * * *')] });
  const { deployment: first } = await app.deployments.createDeployment(request);
  const changed = { ...request, schedules: [schedule] };
  const { plan } = await app.deployments.applyDeployments({ deployments: [changed], dryRun: true });
  expect(plan).toMatchObject([{ action: PlanAction.UPDATE, version: 2, changes: [{ field: 'schedules' }] }]);
  expect((await app.deployments.createDeployment(changed)).deployment?.version).toBe(2);

  const key = { case: 'name', value: `${what}/daily` } as const;
  const { deployment: back } = await app.deployments.rollbackDeployment({ key, version: 1 });
  expect(back?.version).toBe(3);
  expect(json(back?.schedules)).toEqual(json(first?.schedules));
});

test('switching a schedule off and on leaves its options', async () => {
  const request = deployment({ ...namesake('switched'), schedules: [cron('0 9 * * *', everything)] });
  const { deployment: made } = await app.deployments.createDeployment(request);
  const key = { case: 'name', value: 'switched/daily' } as const;
  await app.deployments.setScheduleActive({ key, slug: 'default', active: false });
  const { deployment: on } = await app.deployments.setScheduleActive({ key, slug: 'default', active: true });
  expect(json(on?.schedules)).toEqual(json(made?.schedules));
  expect(on?.version).toBe(1);
});

describe('refused', () => {
  test.each<[string, ScheduleInit, string]>([
    ['an expression that is none', cron('0 9 * *'), 'cron.cron'],
    ['an hour that is none', cron('0 25 * * *'), 'cron.cron'],
    ['a day that never comes', cron('0 0 30 2 *'), 'cron.cron'],
    ['no expression', cron(''), 'cron.cron'],
    ['a rule that is none', rrule('FREQ=SOMETIMES'), 'rrule.rrule'],
    ['a short interval', every(999), 'interval.interval'],
    ['an interval of more than 3650 days', every(3_650_000 * 86_400_000), 'interval.interval'],
    [
      'a fraction of a millisecond',
      { spec: { case: 'interval', value: { interval: { seconds: 1n, nanos: 1 } } } },
      'interval.interval',
    ],
    ['an unknown zone', cron('0 9 * * *', { timezone: 'Nowhere' }), 'timezone'],
    ['an unknown gap', cron('0 9 * * *', { dstGap: 9 as DstGap }), 'dst_gap'],
    ['an unknown fold', cron('0 9 * * *', { dstFold: 9 as DstFold }), 'dst_fold'],
    ['an unknown overlap', cron('0 9 * * *', { overlap: 9 as Overlap }), 'overlap'],
    ['an unknown catch-up', cron('0 9 * * *', { catchUp: 9 as CatchUp }), 'catch_up'],
    ['a jitter of more than a day', cron('0 9 * * *', { jitter: { seconds: 86_401n } }), 'jitter'],
    ['a jitter that is no whole millisecond', cron('0 9 * * *', { jitter: { nanos: 1_500_000 } }), 'jitter'],
    ['an early expiry', cron('0 9 * * *', { expireAfter: { nanos: 5_000_000 } }), 'expire_after'],
    [
      'an expiry that is no whole millisecond',
      cron('0 9 * * *', { expireAfter: { seconds: 2n, nanos: 1 } }),
      'expire_after',
    ],
  ])('%s', async (_, schedule, field) => {
    const call = app.deployments.createDeployment(deployment({ ...namesake('bad'), schedules: [schedule] }));
    await expect(call).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
      violations: [{ field: `schedules[0].${field}` }],
    });
  });
});
