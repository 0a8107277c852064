import { randomUUID } from 'node:crypto';
import { type Clock, newId } from '@millrace/clock';
import { claimFlowRuns } from '../../claim/claim-flow-runs.ts';
import { findNextDue } from '../../claim/find-candidates.ts';
import type { Database } from '../../connection/database.ts';
import { toInstant } from '../../connection/instant.ts';
import type { FlowRunFilter } from '../../flow-runs/flow-run-conditions.ts';
import { type FlowRunPosition, type FlowRunSort, listFlowRuns } from '../../flow-runs/list-flow-runs.ts';
import { ensurePartitions } from '../../partitions/ensure-partitions.ts';
import { applyItems } from '../../transitions/apply-items.ts';
import { insertDeployment, insertWorkQueue } from '../factories.ts';
import { type RunStatement, recordingQueries, rolledBack } from './explain.ts';
import { fillFlowRuns } from './fill-flow-runs.ts';

/** Tables with runs of every kind in them, and what to ask for. */
export interface FilledWorld {
  readonly database: Database;
  readonly clock: Clock;
  readonly queueId: string;
  readonly holderId: string;
  readonly deploymentId: string;
  /** Made the runs of that deployment. */
  readonly parentFlowRunId: string;
}

const DAY_MS = 86_400_000;
const CLAIM_OF = 10;
const BATCH = 200;

/** Fills migrated tables with this many runs, most of which the hot statements must not meet. */
export async function fillWorld(database: Database, clock: Clock, runs: number): Promise<FilledWorld> {
  await ensurePartitions(database, clock.now());
  const many = await insertDeployment(database, clock);
  const few = await insertDeployment(database, clock);
  const queueId = await insertWorkQueue(database, clock, { tags: ['ours'] });
  const foreignQueueId = await insertWorkQueue(database, clock, { tags: ['theirs'] });
  const holderId = randomUUID();
  const parentFlowRunId = randomUUID();
  const leaseUntil = toInstant(clock.now() + DAY_MS);
  await database.kysely
    .insertInto('holder')
    .values({ id: holderId, kind: 'agent', name: 'fill', lease_until: leaseUntil })
    .execute();
  const foreign = { ...many, workQueueId: foreignQueueId, tags: ['theirs'], history: false };
  const own = { ...many, workQueueId: queueId, tags: ['ours'] };
  const later = { ...own, priority: 9, history: false };
  await fillFlowRuns(database, { ...foreign, count: runs * 0.5, dueFrom: clock.now() - DAY_MS });
  await fillFlowRuns(database, { ...later, count: runs * 0.3, dueFrom: clock.now() + DAY_MS });
  await fillFlowRuns(database, { ...own, count: runs * 0.18, dueFrom: clock.now() - DAY_MS });
  const made = { ...few, holderId, parentFlowRunId };
  await fillFlowRuns(database, { ...made, count: runs * 0.02, dueFrom: clock.now() - DAY_MS });
  await database.run({ name: 'analyse', text: 'vacuum (analyze)' }, []);
  return { database, clock, queueId, holderId, deploymentId: few.deploymentId, parentFlowRunId };
}

/** Runs what is hot, and rolls it back; gives the statements as they were sent, by name. */
export async function runHotStatements(world: FilledWorld): Promise<ReadonlyMap<string, RunStatement>> {
  const claiming = await rolledBack(world.database, async (executor) => {
    const { queueId, holderId, clock } = world;
    const context = { now: clock.now(), actor: 'measure', newId: () => newId(clock) };
    await claimFlowRuns(executor, { ...context, queueIds: [queueId], holderId, limit: CLAIM_OF });
    await findNextDue(executor, [queueId], context.now);
  });
  const pending = await world.database.kysely
    .selectFrom('flow_run')
    .select('id')
    .where('holder_id', '=', world.holderId)
    .limit(BATCH)
    .execute();
  const changing = await rolledBack(world.database, async (executor) => {
    const items = pending.map(({ id }) => ({
      ...{ flowRunId: id, requestId: randomUUID(), epoch: 1, actor: 'measure', infrastructure: {} },
      state: { type: 'RUNNING' as const },
    }));
    const context = { now: world.clock.now(), newId: () => newId(world.clock) };
    await applyItems(executor, items, context);
    // The history is asked only for what may be there.
    await applyItems(executor, items, context);
  });
  return new Map([...claiming, ...(await runLists(world)), ...changing]);
}

const noFilter: FlowRunFilter = {
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

async function runLists(world: FilledWorld): Promise<Map<string, RunStatement>> {
  const { database, clock, deploymentId, parentFlowRunId } = world;
  const after: FlowRunPosition = { at: clock.now(), id: randomUUID() };
  const ofDeployment = { ...noFilter, deploymentIds: [deploymentId] };
  const ofParent = { ...noFilter, parentFlowRunId };
  const lists: readonly [string, FlowRunFilter, FlowRunSort, FlowRunPosition | undefined][] = [
    ['list_by_sort_at', noFilter, 'sort_at', undefined],
    ['list_by_sort_at_after', noFilter, 'sort_at', after],
    ['list_by_created', noFilter, 'created', undefined],
    ['list_by_created_after', noFilter, 'created', after],
    ['list_of_deployment', ofDeployment, 'sort_at', undefined],
    ['list_of_deployment_after', ofDeployment, 'sort_at', after],
    ['list_of_parent', ofParent, 'sort_at', undefined],
    ['list_of_parent_after', ofParent, 'sort_at', after],
  ];
  const all = new Map<string, RunStatement>();
  for (const [name, filter, sort, position] of lists) {
    const { kysely, statements } = recordingQueries(database, name);
    await listFlowRuns({ kysely }, { filter, sort, after: position, limit: 50 });
    for (const [key, statement] of statements) all.set(key, statement);
  }
  return all;
}
