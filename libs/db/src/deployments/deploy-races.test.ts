import { newId } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { expect, test } from 'vitest';
import { claimFlowRuns } from '../claim/claim-flow-runs.ts';
import { type Transaction, withTransaction } from '../connection/with-transaction.ts';
import { renewHolder } from '../holders/renew-holder.ts';
import { insertDeployment } from '../testing/index.ts';
import { ScheduledWorld } from '../testing/scheduled.ts';
import { applyDeployments } from './apply-deployments.ts';
import type { DeploymentSpec } from './deployment-spec.ts';

const MINUTE = 60_000;

// X, of a schedule that is taken away, is being skipped by a claim that also takes Y, of one that is being paused: the claim
// has both and wants X's fire, the deploy has deleted that and wants Y.
test('a deploy that takes one schedule away and pauses another does not knot with a claim', async () => {
  const clock = virtualClock();
  await using world = await ScheduledWorld.open(clock);
  const { database } = world.db;
  const { flowId } = await insertDeployment(database, clock);
  const deploy = (schedules: DeploymentSpec['schedules'], wrap = (tx: Transaction) => tx) =>
    withTransaction(database, (tx) => applyDeployments(wrap(tx), [specOf(flowId, schedules)], world.by));
  await deploy([schedule('gone', { options: { overlap: 'skip' } }), schedule('kept')]);
  await clock.advance(MINUTE);
  for (const run of await world.claim()) await world.move(run, 'RUNNING');
  await clock.advance(MINUTE);

  let attempts = 0;
  let deployed: Promise<unknown> | undefined;
  const holderId = newId(clock);
  await renewHolder(database, { id: holderId, kind: 'agent', name: 'other' }, clock.now());
  await withTransaction(database, (tx) => {
    attempts++;
    const claiming: Transaction = {
      kysely: tx.kysely,
      async run(statement, values) {
        if (statement.name === 'mark_schedule_fires' && !deployed) {
          deployed = deploy([schedule('kept', { active: false })], (deploying) => {
            attempts++;
            return deploying;
          });
          const text = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
          await expect.poll(() => database.run({ name: 'somebody_waits', text }, [])).toHaveLength(1);
        }
        return tx.run(statement, values);
      },
    };
    return claimFlowRuns(claiming, { ...world.by, queueIds: [world.queueId], holderId, limit: 10 });
  });
  await deployed;
  expect(attempts).toBe(2);
});

function schedule(slug: string, more: Partial<DeploymentSpec['schedules'][number]> = {}) {
  const spec = { kind: 'interval', intervalMs: MINUTE, anchorMs: null } as const;
  return { slug, spec, timezone: 'UTC', parameters: {}, options: {}, active: null, ...more };
}

function specOf(flowId: string, schedules: DeploymentSpec['schedules']): DeploymentSpec {
  return {
    ...{
      flowId,
      name: 'x',
      flowDataEncoding: 'json',
      flowDataBlob: Buffer.from('{}'),
      document: null,
      storageId: null,
    },
    ...{ parameterSchema: null, enforceParameterSchema: true, schedules, isScheduleActive: null, parameters: {} },
    ...{ tags: [], flowRunner: null, description: '', priority: 0, maxRetries: 0, retryDelaysMs: [] },
  };
}
