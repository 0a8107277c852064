import { randomUUID } from 'node:crypto';
import { type Clock, newId } from '@millrace/clock';
import { holdToSchedules } from '../../claim/hold-to-schedules.ts';
import type { Database } from '../../connection/database.ts';
import { toInstant } from '../../connection/instant.ts';
import type { Executor } from '../../connection/statement.ts';
import { readGateHolders } from '../../gates/read-gate-holders.ts';
import { deleteOldFires } from '../../schedules/delete-old-fires.ts';
import { lockDueSchedules } from '../../schedules/lock-schedules.ts';
import { materialiseFires } from '../../schedules/materialise-fires.ts';
import { readOldestGoodFires } from '../../schedules/read-newest-fires.ts';
import { restartSchedules, settleSchedules, skipDueRuns } from '../../schedules/restart-schedules.ts';
import { findNextTopUp } from '../../schedules/top-up-schedules.ts';
import { applyItems } from '../../transitions/apply-items.ts';
import {
  deleteEndedFlowRuns,
  findOldestFlowRun,
  findOldestHeldFlowRun,
} from '../../transitions/delete-ended-flow-runs.ts';
import { lockExpiredFlowRuns } from '../../transitions/expire-flow-runs.ts';
import { lockWaitingFlowRunsOf } from '../../transitions/lock-flow-runs.ts';
import { lockLateFlowRuns } from '../../transitions/mark-late-flow-runs.ts';
import { type RunStatement, rolledBack } from './explain.ts';

// As many as the product gives at most; what is deployed at once has no such bound.
const TOP_UP = 500;
const LOOP = 400;
const FORGET = 1_000;
const LANE = 500;
const DEPLOYED = 200;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Context {
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
}

interface HeldRun {
  readonly id: string;
  readonly state_type: string;
}

/**
 * Runs what is hot of schedules and what the loops look for, on tables that `fillSchedules` filled, and rolls it back;
 * gives the statements as they were sent, by name.
 */
export async function runScheduleStatements(
  database: Database,
  clock: Clock,
): Promise<ReadonlyMap<string, RunStatement>> {
  const context: Context = { now: clock.now(), actor: 'measure', newId: () => newId(clock) };
  const held = await findHeld(database);
  const works = [
    (executor: Executor) => topUp(executor, context),
    (executor: Executor) => redeploy(executor, context),
    (executor: Executor) => lockLate(executor, context),
    (executor: Executor) => changeRuns(executor, held, context),
    (executor: Executor) => forget(executor, context),
  ];
  const all = new Map<string, RunStatement>();
  for (const work of works) for (const [name, statement] of await rolledBack(database, work)) all.set(name, statement);
  return all;
}

async function findHeld({ kysely }: Database): Promise<readonly HeldRun[]> {
  const held = kysely.selectFrom('flow_run').select(['id', 'state_type']).where('holder_id', 'is not', null);
  return held.orderBy('id').limit(LANE).execute();
}

async function topUp(executor: Executor, context: Context): Promise<void> {
  await findNextTopUp(executor);
  const due = await lockDueSchedules(executor, toInstant(context.now), TOP_UP);
  // After all that they have, and three hours late.
  await materialiseFires(executor, due, { ...context, now: context.now + 5 * HOUR_MS });
}

/** Schedules are changed by a deployment, or paused. */
async function redeploy(executor: Executor, context: Context): Promise<void> {
  const ids = await lockDueSchedules(executor, toInstant(context.now), DEPLOYED);
  await settleSchedules(executor, ids, context);
  await lockWaitingFlowRunsOf(executor, ids);
  await skipDueRuns(executor, ids, context);
  await restartSchedules(executor, ids, context);
}

/** What the loops look for, and what a claim asks of the schedules of such runs. */
async function lockLate(executor: Executor, { now }: Context): Promise<void> {
  await lockExpiredFlowRuns(executor, now, LOOP);
  const late = await lockLateFlowRuns(executor, now, LOOP);
  await holdToSchedules(executor, late, { now, gates: new Map() });
  await readGateHolders(
    executor,
    late.map(({ image }) => image.id),
  );
  await readOldestGoodFires(
    executor,
    late.flatMap((run) => run.scheduleId ?? []),
    now,
  );
}

/** Runs start, which settles their fires; others end, which frees their gates or lets others on. */
async function changeRuns(executor: Executor, held: readonly HeldRun[], context: Context): Promise<void> {
  const items = held.map(({ id, state_type }) => ({
    ...{ flowRunId: id, requestId: randomUUID(), epoch: 1, actor: 'measure', infrastructure: {} },
    state: { type: state_type === 'RUNNING' ? ('COMPLETED' as const) : ('RUNNING' as const) },
  }));
  await applyItems(executor, items, context);
}

async function forget(executor: Executor, { now }: Context): Promise<void> {
  await deleteEndedFlowRuns(executor, now - 30 * DAY_MS, FORGET);
  await deleteOldFires(executor, now - 400 * DAY_MS, FORGET);
  await findOldestFlowRun(executor);
  await findOldestHeldFlowRun(executor);
}
