import { systemClock as clock, newId } from '@millrace/clock';
import { expect, test } from 'vitest';
import { claimFlowRuns } from '../claim/claim-flow-runs.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { renewHolder } from '../holders/renew-holder.ts';
import { openSignals } from '../signals/signals.ts';
import { insertDeployment, insertFlowRuns, insertWorkQueue, testDatabase } from '../testing/index.ts';
import { type FlowRunItem, openTransitionLanes } from './lanes.ts';

test('what a run says after what could not be written is not written either', async () => {
  await using db = await testDatabase();
  await using signals = await openSignals(db.database, { clock });
  await using lanes = openTransitionLanes(db.database, signals, { clock });
  const deployment = await insertDeployment(db.database, clock);
  const queueId = await insertWorkQueue(db.database, clock, { deploymentIds: [deployment.deploymentId] });
  const [flowRunId = ''] = await insertFlowRuns(db.database, clock, { ...deployment, count: 1 });
  const holderId = newId(clock);
  await renewHolder(db.database, { id: holderId, kind: 'agent', name: 'test' }, clock.now());
  const by = { now: clock.now(), actor: 'scheduler', newId: () => newId(clock) };
  await withTransaction(db.database, (tx) => claimFlowRuns(tx, { ...by, queueIds: [queueId], holderId, limit: 1 }));
  const item = (state: FlowRunItem['state']): FlowRunItem => {
    return { flowRunId, requestId: newId(clock), epoch: 1, state, infrastructure: {}, actor: 'engine' };
  };

  const submitted = [
    lanes.submit(item({ type: 'RUNNING', message: 'no \u0000 in Postgres' })),
    lanes.submit(item({ type: 'COMPLETED' })),
  ];
  // By now these are under way, and what comes next waits for them.
  await Promise.resolve();
  submitted.push(lanes.submit(item({ type: 'FAILED' })));
  for (const answer of await Promise.allSettled(submitted)) expect(answer.status).toBe('rejected');
  expect(await lanes.submit(item({ type: 'RUNNING' }))).toMatchObject({ status: 'ACCEPT' });
});
