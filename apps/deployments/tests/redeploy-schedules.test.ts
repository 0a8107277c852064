import { type Database, topUpSchedules } from '@millrace/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type App, DAY, type DeploymentInit, deployment, every, HOUR, readRuns, startApp } from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** Applies a request under a flow name, and gives the deployment and its runs as "version hours-from-now". */
async function apply(flow: string, change: DeploymentInit) {
  const request = deployment({ flow: { case: 'flowName', value: flow }, ...change });
  const { deployment: made } = await app.deployments.createDeployment(request);
  return { made, runs: await runsOf(app.database, made?.id) };
}

async function runsOf(database: Database, id: string | undefined) {
  const runs = (await readRuns(database)).filter((run) => run.deployment_id === id);
  return runs.map((run) => `v${run.deployment_version} ${timeOf(run.scheduled_time ?? 0)}`);
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(5, 16);
}

function fires(database: Database) {
  return database.kysely.selectFrom('schedule_fire').selectAll().execute();
}

test('what is paused stays paused, and resuming makes runs', async () => {
  const schedules = [every(DAY)];
  expect((await apply('paused', { schedules })).runs).toHaveLength(3);
  const paused = await apply('paused', { schedules, isScheduleActive: false });
  expect(paused).toMatchObject({ made: { isScheduleActive: false, version: 1 }, runs: [] });
  const redeployed = await apply('paused', { schedules, tags: ['new'] });
  expect(redeployed).toMatchObject({ made: { isScheduleActive: false, version: 2 }, runs: [] });
  const resumed = await apply('paused', { schedules, tags: ['new'], isScheduleActive: true });
  expect(resumed).toMatchObject({ made: { isScheduleActive: true, version: 2 } });
  expect(resumed.runs).toEqual(['v2 01-02T00:00', 'v2 01-03T00:00', 'v2 01-04T00:00']);
});

test('one schedule of several can be off, and stays off', async () => {
  const a = every(DAY, { slug: 'a' });
  const b = every(DAY, { slug: 'b', timezone: 'Asia/Tokyo' });
  expect((await apply('one-off', { schedules: [a, b] })).runs).toHaveLength(6);
  const off = await apply('one-off', { schedules: [a, { ...b, active: false }] });
  expect(off.runs).toEqual(['v1 01-02T00:00', 'v1 01-03T00:00', 'v1 01-04T00:00']);
  const again = await apply('one-off', { schedules: [b, a], description: 'x' });
  expect(again.made?.schedules).toMatchObject([
    { slug: 'a', active: true },
    { slug: 'b', active: false },
  ]);
  expect(again.runs).toHaveLength(3);
});

test('runs to come are replaced where what shapes them changed, and only then', async () => {
  const schedules = [every(DAY)];
  const first = await apply('replaced', { schedules });
  const before = (await readRuns(app.database)).map(({ id }) => id);
  await apply('replaced', { schedules, description: 'new' });
  await apply('replaced', { schedules, description: 'new', enforceParameterSchema: false });
  expect((await readRuns(app.database)).map(({ id }) => id)).toEqual(before);

  const changed = await apply('replaced', { schedules, parameters: { a: 1 } });
  expect(changed.runs).toEqual(['v3 01-02T00:00', 'v3 01-03T00:00', 'v3 01-04T00:00']);
  const moved = await apply('replaced', { schedules: [every(12 * HOUR)], parameters: { a: 1 } });
  expect(moved.runs).toEqual(['v4 01-01T12:00', 'v4 01-02T00:00', 'v4 01-02T12:00']);
  expect(moved.made?.schedules[0]?.slug).toBe(first.made?.schedules[0]?.slug);
  const gone = await apply('replaced', { parameters: { a: 1 } });
  expect(gone.runs).toEqual([]);
  const ledger = new Set((await fires(app.database)).map((fire) => fire.flow_run_id));
  const runs = await readRuns(app.database);
  expect(new Set(runs.map(({ id }) => id))).toEqual(ledger);
});

test('late runs and runs that somebody has keep their version, and their fires are not made again', async () => {
  const schedules = [every(HOUR)];
  const { made } = await apply('late', { schedules });
  await app.clock.advance(HOUR);
  const [, second] = (await readRuns(app.database)).filter((run) => run.deployment_id === made?.id);
  // As a claim leaves it.
  await app.database.kysely
    .updateTable('flow_run')
    .set({ state_type: 'PENDING', holder_id: made?.id ?? null, scheduled_time: null })
    .where('id', '=', second?.id ?? '')
    .execute();
  const { runs } = await apply('late', { schedules, tags: ['new'] });
  // 01:00 is late, 02:00 was claimed.
  expect(runs).toEqual(['v1 01-01T01:00', 'v2 01-01T03:00', 'v2 01-01T04:00', 'v1 01-01T00:00'].sort(byTime));
  function byTime(a: string, b: string) {
    const order = (text: string) => (text.endsWith('T00:00') ? '~' : text.slice(3));
    return order(a) < order(b) ? -1 : 1;
  }
});

test('a manual run is not touched by a redeploy', async () => {
  const { made } = await apply('manual', { schedules: [every(DAY)] });
  const at = { seconds: BigInt(Math.floor((app.clock.now() + 5 * DAY) / 1000)) };
  const { flowRun } = await app.deployments.createFlowRun({
    key: { case: 'id', value: made?.id ?? '' },
    scheduledTime: at,
  });
  await apply('manual', { schedules: [every(2 * DAY)] });
  const ids = (await readRuns(app.database)).map(({ id }) => id);
  expect(ids).toContain(flowRun?.id);
});

test('topping up goes on where creating stopped', async () => {
  const { made } = await apply('topped', { schedules: [every(HOUR)] });
  const before = await runsOf(app.database, made?.id);
  await app.clock.advance(2 * HOUR);
  const made2 = await topUpSchedules(app.database, {
    now: app.clock.now(),
    limit: 1000,
    newId: () => crypto.randomUUID(),
  });
  expect(made2.count).toBeGreaterThan(0);
  const after = await runsOf(app.database, made?.id);
  expect(after.slice(0, before.length)).toEqual(before);
  expect(after).toHaveLength(5);
  expect(new Set(after).size).toBe(after.length);
});

test('changes, top-ups, manual runs and deletes at the same time leave no run without its fire, and none twice', async () => {
  const request = (n: number) =>
    deployment({
      flow: { case: 'flowName', value: 'busy' },
      name: `d${n % 3}`,
      tags: [`t${n}`],
      schedules: [every(60_000), every(HOUR, { slug: 'hourly' })].slice(n % 2).map((s, i) => ({ slug: `s${i}`, ...s })),
    });
  const topUp = () =>
    topUpSchedules(app.database, { now: app.clock.now(), limit: 5, newId: () => crypto.randomUUID() });
  const key = (n: number) => ({ key: { case: 'name' as const, value: `busy/d${n % 3}` } });
  const absent = (error: unknown) => expect(error).toMatchObject({ reason: 'DEPLOYMENT_NOT_FOUND' });
  for (let round = 0; round < 6; round++) {
    await Promise.all(
      Array.from({ length: 6 }, (_, index) => round * 6 + index).flatMap((n) => [
        app.deployments.createDeployment(request(n)),
        topUp(),
        app.deployments.createFlowRun(key(n + 1)).catch(absent),
        n % 5 === 0 ? app.deployments.deleteDeployment(key(n)).catch(absent) : topUp(),
      ]),
    );
    await app.clock.advance(11 * 60_000);
  }
  const runs = (await readRuns(app.database)).filter((run) => run.auto_scheduled && run.deployment_id);
  const coming = runs.filter((run) => (run.scheduled_time ?? 0) > app.clock.now());
  const ledger = new Map((await fires(app.database)).map((fire) => [fire.flow_run_id, fire]));
  expect(coming.length).toBeGreaterThan(0);
  for (const run of coming)
    expect(ledger.get(run.id)).toMatchObject({ schedule_id: run.schedule_id, fire_at: run.scheduled_time });
  const instants = coming.map((run) => `${run.schedule_id} ${run.scheduled_time}`);
  expect(new Set(instants).size).toBe(instants.length);
  const versions = await app.database.kysely.selectFrom('deployment').select(['id', 'version']).execute();
  for (const run of coming)
    expect(run.deployment_version).toBe(versions.find(({ id }) => id === run.deployment_id)?.version);
  const orphans = await app.database.kysely
    .selectFrom('flow_run')
    .selectAll()
    .where('deployment_id', 'is', null)
    .execute();
  expect(orphans).toEqual([]);
});

test('pausing skips what is due and nobody took, and takes what is to come', async () => {
  const { made } = await apply('paused-late', { schedules: [every(HOUR)] });
  await app.clock.advance(2 * HOUR + 60_000);
  const paused = await app.deployments.setScheduleActive({ key: { case: 'id', value: made?.id ?? '' }, active: false });
  const { fires: ledger } = await app.deployments.listScheduleFires({ key: { case: 'id', value: made?.id ?? '' } });
  expect(ledger.map(({ reason }) => reason)).toEqual(['paused', 'paused']);
  const left = (await readRuns(app.database)).filter((run) => run.deployment_id === made?.id);
  expect(left.map((run) => [run.state_type, run.state_name])).toEqual(Array(2).fill(['CANCELLED', 'Skipped']));
  expect(paused.deployment?.isScheduleActive).toBe(false);
  // Fires of the pause are nobody's: neither in the ledger nor made good.
  await app.clock.advance(5 * HOUR);
  await app.deployments.setScheduleActive({ key: { case: 'id', value: made?.id ?? '' }, active: true });
  const after = await app.deployments.listScheduleFires({ key: { case: 'id', value: made?.id ?? '' } });
  expect(
    after.fires.map(({ reason, fireTime }) => [reason, Number(fireTime?.seconds ?? 0) * 1000 > app.clock.now()]),
  ).toEqual([
    [undefined, true],
    [undefined, true],
    [undefined, true],
    ['paused', false],
    ['paused', false],
  ]);
});

test('what was missed before a change is in the ledger although the change begins anew', async () => {
  const { made } = await apply('missed-then-changed', { schedules: [every(HOUR)] });
  await app.clock.advance(6 * HOUR);
  const changed = await apply('missed-then-changed', { schedules: [every(2 * HOUR)] });
  expect(changed.runs.filter((run) => run.startsWith('v1'))).toHaveLength(6);
  const { fires: ledger } = await app.deployments.listScheduleFires({ key: { case: 'id', value: made?.id ?? '' } });
  expect(ledger).toHaveLength(9);
});
