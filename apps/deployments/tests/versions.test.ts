import type { MessageInitShape } from '@bufbuild/protobuf';
import { newId } from '@millrace/clock';
import { PlanAction } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { applyDeployments, readDeployments, withTransaction } from '@millrace/db';
import { Code } from '@millrace/rpc/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { specOf } from '../src/change-deployment.ts';
import {
  type App,
  DAY,
  type DeploymentInit,
  deployment,
  every,
  HOUR,
  manifest,
  partsOf,
  readRuns,
  rowVersions,
  sha256,
  startApp,
} from './start-app.ts';

let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const key = (flow: string) => ({ case: 'name' as const, value: `${flow}/daily` });
const request = (flow: string, change: DeploymentInit) =>
  deployment({ flow: { case: 'flowName', value: flow }, ...change });
const apply = async (flow: string, change: DeploymentInit) =>
  (await app.deployments.createDeployment(request(flow, change))).deployment;
const runsOf = async (id: string | undefined) =>
  (await readRuns(app.database)).filter((run) => run.deployment_id === id);
const code = (flow: string, serializer: string) =>
  manifest({ type: 'elsewhere', flow_name: flow, serializer }) as MessageInitShape<never>;

describe('rollback', () => {
  test('brings back code, parameters, schedules, runner, tags, priority and retries, as a new version', async () => {
    const old: DeploymentInit = {
      flowData: code('back', 'old'),
      parameters: { a: 1 },
      schedules: [every(DAY, { slug: 'd', parameters: { b: 2 } })],
      flowRunner: { type: 'subprocess', config: { env: { A: '1' } } },
      tags: ['old'],
      priority: 3,
      retryPolicy: { maxRetries: 2, delays: [{ seconds: 5n }] },
    };
    const first = await apply('back', old);
    const manual = await app.deployments.createFlowRun({ key: key('back') });
    const second = await apply('back', {
      flowData: code('back', 'new'),
      schedules: [every(HOUR, { slug: 'h' })],
      flowRunner: { type: 'universal' },
      description: 'kept',
    });
    expect(second?.version).toBe(2);
    const third = (await app.deployments.rollbackDeployment({ key: key('back'), version: 1 })).deployment;
    expect({ ...third, updated: undefined }).toEqual({
      ...first,
      updated: undefined,
      version: 3,
      description: 'kept',
    });
    const runs = await runsOf(first?.id);
    expect(runs.filter((run) => run.auto_scheduled).map((run) => run.deployment_version)).toEqual([3, 3, 3]);
    expect(runs.find(({ id }) => id === manual.flowRun?.id)?.deployment_version).toBe(1);
  });

  test('switches schedules as a deploy of that version would', async () => {
    const name = { key: key('switched') };
    const off = every(DAY, { slug: 'off', active: false });
    await apply('switched', { schedules: [off, every(DAY, { slug: 'unsaid' })] });
    await app.deployments.setScheduleActive({ ...name, slug: 'unsaid', active: false });
    await apply('switched', { schedules: [every(DAY, { slug: 'unsaid' })] });
    const { deployment: back } = await app.deployments.rollbackDeployment({ ...name, version: 1 });
    expect(back?.schedules).toMatchObject([
      { slug: 'off', active: false },
      { slug: 'unsaid', active: false },
    ]);
    expect((await runsOf(back?.id)).filter((run) => run.auto_scheduled)).toEqual([]);
    const { versions } = await app.deployments.listDeploymentVersions(name);
    expect(versions.find(({ version }) => version === 1)?.schedules.map(({ active }) => active)).toEqual([
      false,
      undefined,
    ]);
  });

  test('to what is there already writes nothing', async () => {
    await apply('same', { schedules: [every(DAY)], tags: ['x'] });
    const before = await rowVersions(app.database);
    const { deployment: same } = await app.deployments.rollbackDeployment({ key: key('same'), version: 1 });
    expect(same?.version).toBe(1);
    expect(await rowVersions(app.database)).toEqual(before);
  });

  test('keeps the document of an old version, and refers to it anew', async () => {
    const put = async (text: string) => {
      const body = new TextEncoder().encode(text);
      await app.storage.putDocument(partsOf(body));
      return manifest({ type: 'database', flow_name: 'document', serializer: 'source', document: sha256(body) });
    };
    const first = await apply('document', { flowData: await put('one') });
    await apply('document', { flowData: await put('two') });
    const back = (await app.deployments.rollbackDeployment({ key: key('document'), version: 1 })).deployment;
    expect(back?.flowData).toEqual(first?.flowData);
    const refs = await app.database.kysely
      .selectFrom('document_ref')
      .selectAll()
      .where('deployment_id', '=', first?.id ?? '')
      .orderBy('version')
      .execute();
    expect(refs.map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  test('what is paused stays paused', async () => {
    await apply('paused-back', { schedules: [every(DAY)] });
    await apply('paused-back', { schedules: [every(HOUR)] });
    await app.deployments.setScheduleActive({ key: key('paused-back'), active: false });
    const { deployment: back } = await app.deployments.rollbackDeployment({ key: key('paused-back'), version: 1 });
    expect(back).toMatchObject({ version: 3, isScheduleActive: false });
    expect(await runsOf(back?.id)).toEqual([]);
  });

  test.each<[string, string, number, Code]>([
    ['an unknown deployment', 'nobody', 1, Code.NotFound],
    ['an unknown version', 'same', 2, Code.NotFound],
    ['no version', 'same', 0, Code.InvalidArgument],
  ])('%s is refused', async (_name, flow, version, code) => {
    await expect(app.deployments.rollbackDeployment({ key: key(flow), version })).rejects.toMatchObject({ code });
  });
});

test('versions are listed newest first, page after page', async () => {
  for (const tag of ['a', 'b', 'c']) await apply('many', { tags: [tag] });
  const one = await app.deployments.listDeploymentVersions({ key: key('many'), pageSize: 2 });
  expect(one.versions).toMatchObject([
    { version: 3, tags: ['c'], isCurrent: true, createdBy: 'tester' },
    { version: 2, tags: ['b'], isCurrent: false },
  ]);
  const two = await app.deployments.listDeploymentVersions({ key: key('many'), pageToken: one.nextPageToken });
  expect(two).toMatchObject({ versions: [{ version: 1, tags: ['a'] }], nextPageToken: '' });
  for (const bad of [
    { key: key('nobody') },
    { key: { case: 'id' as const, value: '019b0000-0000-7000-8000-000000000001' } },
  ])
    await expect(app.deployments.listDeploymentVersions(bad)).rejects.toMatchObject({ code: Code.NotFound });
  await expect(app.deployments.listDeploymentVersions({ key: key('many'), pageToken: 'x' })).rejects.toMatchObject({
    code: Code.InvalidArgument,
  });
});

describe('pausing', () => {
  test('survives ten redeploys, and resuming makes runs at once', async () => {
    const made = await apply('survives', { schedules: [every(DAY)] });
    expect(await runsOf(made?.id)).toHaveLength(3);
    const paused = await app.deployments.setScheduleActive({ key: key('survives'), active: false });
    expect(paused.deployment).toMatchObject({ isScheduleActive: false, version: 1 });
    expect(await runsOf(made?.id)).toEqual([]);
    for (let i = 0; i < 10; i += 1) {
      const redeployed = await apply('survives', { schedules: [every(DAY)], tags: [`${i}`] });
      expect(redeployed).toMatchObject({ isScheduleActive: false, version: i + 2 });
      expect(await runsOf(made?.id)).toEqual([]);
    }
    await app.deployments.setScheduleActive({ key: key('survives'), active: true });
    expect(await runsOf(made?.id)).toHaveLength(3);
    const before = await rowVersions(app.database);
    await app.deployments.setScheduleActive({ key: key('survives'), active: true });
    expect(await rowVersions(app.database)).toEqual(before);
  });

  test('of one schedule leaves the others', async () => {
    const made = await apply('one', {
      schedules: [every(DAY, { slug: 'a' }), every(DAY, { slug: 'b', timezone: 'Asia/Tokyo' })],
    });
    const { deployment: paused } = await app.deployments.setScheduleActive({
      key: key('one'),
      slug: 'a',
      active: false,
    });
    expect(paused?.schedules.map(({ slug, active }) => [slug, active])).toEqual([
      ['a', false],
      ['b', true],
    ]);
    expect(await runsOf(made?.id)).toHaveLength(3);
    await expect(
      app.deployments.setScheduleActive({ key: key('one'), slug: 'c', active: false }),
    ).rejects.toMatchObject({ code: Code.NotFound, message: 'there is no schedule "c"; there is "a", "b"' });
  });

  test('resuming what would make runs that can not start is refused', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
    const flowData = manifest({ flow_name: 'lacking', flow_parameter_schema: schema });
    await apply('lacking', { flowData, schedules: [every(DAY)], isScheduleActive: false });
    await expect(app.deployments.setScheduleActive({ key: key('lacking'), active: true })).rejects.toMatchObject({
      code: Code.FailedPrecondition,
    });
  });
});

describe('a plan', () => {
  test('says what would change and what becomes of runs, and writes nothing', async () => {
    const made = await apply('planned', { schedules: [every(DAY)], parameters: { a: 1 } });
    await app.deployments.createFlowRun({ key: key('planned') });
    const unchanged = request('planned', { schedules: [every(DAY)], parameters: { a: 1 } });
    const changed = { ...unchanged, parameters: { a: 2 }, description: 'text' };
    const fresh = request('never-seen', { tags: ['x'] });
    const before = await rowVersions(app.database);
    const plan = async (...deployments: DeploymentInit[]) =>
      (await app.deployments.applyDeployments({ deployments, dryRun: true })).plan;
    expect(await plan(unchanged, fresh)).toMatchObject([
      {
        flowName: 'planned',
        name: 'daily',
        action: PlanAction.NOTHING,
        version: 1,
        changes: [],
        runsReplaced: 0,
        runsKept: 4,
      },
      { flowName: 'never-seen', name: 'daily', action: PlanAction.CREATE, version: 1, changes: [] },
    ]);
    const [said] = await plan(changed);
    expect(said).toMatchObject({
      action: PlanAction.UPDATE,
      version: 2,
      changes: [
        { field: 'parameters', before: '{"a":1}', after: '{"a":2}' },
        { field: 'description', before: '""', after: '"text"' },
      ],
      runsReplaced: 3,
      runsKept: 1,
    });
    const [rescheduled] = await plan({ ...unchanged, schedules: [every(HOUR, { slug: 'h' })] });
    const texts = rescheduled?.changes.find(({ field }) => field === 'schedules');
    expect(JSON.parse(texts?.before ?? '')).toMatchObject([{ interval: { interval: '86400s' }, timezone: 'UTC' }]);
    expect(JSON.parse(texts?.after ?? '')).toMatchObject([{ slug: 'h', interval: { interval: '3600s' } }]);
    expect(await rowVersions(app.database)).toEqual(before);

    const { results } = await app.deployments.applyDeployments({ deployments: [changed] });
    expect(results[0]?.deployment).toMatchObject({ id: made?.id, version: said?.version });
    const runs = await runsOf(made?.id);
    expect(runs.map((run) => run.deployment_version).sort()).toEqual([1, 2, 2, 2]);
  });

  test('needs no document, but parameters that fit', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const flowData = manifest({
      type: 'database',
      flow_name: 'strict',
      serializer: 'source',
      document: 'f'.repeat(64),
      flow_parameter_schema: schema,
    });
    const good = request('strict', { flowData, parameters: { a: 'x' } });
    await expect(app.deployments.applyDeployments({ deployments: [good], dryRun: true })).resolves.toBeDefined();
    const bad = { ...good, parameters: { a: 1 } };
    await expect(app.deployments.applyDeployments({ deployments: [bad], dryRun: true })).rejects.toMatchObject({
      violations: [{ field: 'deployments[0].parameters.a' }],
    });
  });
});

test('500 at once: all or none; and what is so already is not written', async () => {
  const deployments = Array.from({ length: 500 }, (_, i) =>
    request(`flow-${i % 10}`, { name: `d${i}`, schedules: [every(DAY)], parameters: { i } }),
  );
  const before = await rowVersions(app.database);
  const spoilt = deployments.with(499, { ...deployments[0], name: 'a/b' });
  await expect(app.deployments.applyDeployments({ deployments: spoilt })).rejects.toMatchObject({
    violations: [{ field: 'deployments[499].name' }],
  });
  expect(await rowVersions(app.database)).toEqual(before);
  const { results } = await app.deployments.applyDeployments({ deployments });
  expect(results.filter(({ created }) => created)).toHaveLength(500);

  const versions = await rowVersions(app.database);
  const again = await app.deployments.applyDeployments({ deployments });
  expect(again.results.filter(({ created }) => created)).toEqual([]);
  expect(await rowVersions(app.database)).toEqual(versions);

  // As Postgres counts; what its session did before may be counted with it.
  const ids = results.flatMap(({ deployment: made }) => made?.id ?? []);
  const rows = {
    name: 'written_rows',
    text: 'select sum(n_tup_ins + n_tup_upd + n_tup_del)::int as rows from pg_stat_xact_user_tables',
  };
  const [counted, countedThen] = await withTransaction(app.database, async (tx) => {
    const specs = (await readDeployments(tx, ids)).map((current) => ({
      ...specOf(current),
      document: null,
      storageId: null,
    }));
    const first = await tx.run<{ rows: number }>(rows, []);
    await applyDeployments(tx, specs, { now: app.clock.now(), actor: 'tester', newId: () => newId(app.clock) });
    return [first, await tx.run<{ rows: number }>(rows, [])];
  });
  expect(countedThen).toEqual(counted);
});
