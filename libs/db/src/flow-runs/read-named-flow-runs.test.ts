import { systemClock as clock, newId } from '@millrace/clock';
import { expect, test } from 'vitest';
import { insertDeployment, insertFlowRuns } from '../testing/factories.ts';
import { testDatabase } from '../testing/test-database.ts';
import type { FlowRunFilter } from './flow-run-conditions.ts';
import { namedFlowRuns, readNamedFlowRuns } from './read-named-flow-runs.ts';

const everything: FlowRunFilter = {
  stateTypes: [],
  stateNames: [],
  deploymentIds: [],
  deploymentNames: [],
  flowNames: [],
  tagsAll: [],
  nameLike: '',
  expectedStartAfter: null,
  expectedStartBefore: null,
  parentFlowRunId: null,
};

test('those that match, those that left, and those that could never match', async () => {
  await using db = await testDatabase();
  const deployment = await insertDeployment(db.database, clock);
  const other = await insertDeployment(db.database, clock);
  const [match = ''] = await insertFlowRuns(db.database, clock, { ...deployment, tags: ['t'], name: 'match' });
  const later = clock.now() + 60_000;
  const [left = ''] = await insertFlowRuns(db.database, clock, { ...deployment, tags: ['t'], scheduledTime: later });
  const [untagged = ''] = await insertFlowRuns(db.database, clock, deployment);
  const [foreign = ''] = await insertFlowRuns(db.database, clock, { ...other, tags: ['t'] });
  const missing = newId(clock);
  const ids = [match, left, untagged, foreign, missing];
  const filter = {
    ...everything,
    stateTypes: ['SCHEDULED'],
    deploymentIds: [deployment.deploymentId],
    tagsAll: ['t'],
    expectedStartBefore: later - 1,
  };
  const read = await readNamedFlowRuns(db.database, ids, filter);
  expect(read.flowRuns).toMatchObject([{ id: match, name: 'match', deployment_id: deployment.deploymentId }]);
  expect(read.leftIds.sort()).toEqual([left, missing].sort());
  expect(read.stateCounts).toEqual(new Map([match, left, untagged, foreign].map((id) => [id, 1])));
  const all = await readNamedFlowRuns(db.database, ids, everything);
  expect(all.flowRuns.map(({ id }) => id).sort()).toEqual([match, left, untagged, foreign].sort());
  expect(all.leftIds).toEqual([missing]);
  expect(await readNamedFlowRuns(db.database, [], everything)).toMatchObject({ flowRuns: [], leftIds: [] });
});

test('by what made them: a run of another maker, or of none, never was among them', async () => {
  await using db = await testDatabase();
  const deployment = await insertDeployment(db.database, clock);
  const parentFlowRunId = newId(clock);
  const [child = ''] = await insertFlowRuns(db.database, clock, { ...deployment, parentFlowRunId });
  const [foreign = ''] = await insertFlowRuns(db.database, clock, { ...deployment, parentFlowRunId: newId(clock) });
  const [byHand = ''] = await insertFlowRuns(db.database, clock, deployment);
  const ids = [child, foreign, byHand];
  const read = await readNamedFlowRuns(db.database, ids, { ...everything, parentFlowRunId });
  expect(read.flowRuns.map(({ id }) => id)).toEqual([child]);
  expect(read.leftIds).toEqual([]);
  const done = await readNamedFlowRuns(db.database, ids, { ...everything, parentFlowRunId, stateTypes: ['RUNNING'] });
  expect(done).toMatchObject({ flowRuns: [], leftIds: [child] });
});

test('reads only the runs that were named', async () => {
  await using db = await testDatabase();
  const { kysely } = db.database;
  const made = await insertFlowRuns(db.database, clock, {
    ...(await insertDeployment(db.database, clock)),
    count: 5_000,
  });
  await db.database.run({ name: 'analyze', text: 'analyze millrace.flow_run' }, []);
  const filter = { ...everything, stateTypes: ['SCHEDULED'], tagsAll: ['t'] };
  const plan = await namedFlowRuns(kysely, made.slice(0, 20), filter).explain('text');
  const text = JSON.stringify(plan);
  expect(text).toMatch(/Index Scan using flow_run_pkey/);
  expect(text).not.toMatch(/Seq Scan on flow_run /);
});
