import { randomUUID } from 'node:crypto';
import { type Clock, newId } from '@millrace/clock';
import type { Database } from '../connection/database.ts';
import { toInstant } from '../connection/instant.ts';
import { withTransaction } from '../connection/with-transaction.ts';
import { createWorkQueue, type WorkQueueToCreate } from '../queues/create-work-queue.ts';
import { createFlowRuns, type FlowRunToCreate } from '../transitions/create-flow-runs.ts';

/** A flow with one deployment, version 1. */
export async function insertDeployment(
  database: Database,
  clock: Clock,
  name = `d-${randomUUID().slice(0, 8)}`,
): Promise<{ flowId: string; deploymentId: string }> {
  const now = toInstant(clock.now());
  const by = { created: now, created_by: 'test' };
  const flowId = newId(clock);
  const deploymentId = newId(clock);
  const { kysely } = database;
  await kysely
    .insertInto('flow')
    .values({ id: flowId, ...by, updated: now, updated_by: 'test', name: `flow of ${name}` })
    .execute();
  await kysely
    .insertInto('deployment')
    .values({
      id: deploymentId,
      ...by,
      updated: now,
      updated_by: 'test',
      flow_id: flowId,
      name,
      is_schedule_active: true,
      version: 1,
      description: '',
    })
    .execute();
  await kysely
    .insertInto('deployment_version')
    .values({
      deployment_id: deploymentId,
      version: 1,
      ...by,
      flow_data_encoding: 'json',
      flow_data_blob: Buffer.from('{}'),
      parameters: '{}',
      tags: [],
      flow_runner_type: 'universal',
      flow_runner_config: '{}',
      parameter_schema: null,
      enforce_parameter_schema: true,
      priority: 0,
      max_retries: 0,
      retry_delays_ms: [],
      schedules: '[]',
    })
    .execute();
  return { flowId, deploymentId };
}

/** Runs of a deployment, due now unless told otherwise; gives their ids in order. */
export async function insertFlowRuns(
  database: Database,
  clock: Clock,
  of: { flowId: string; deploymentId: string | null; count?: number } & Partial<FlowRunToCreate>,
): Promise<string[]> {
  const { count = 1, ...overrides } = of;
  const runs = Array.from(
    { length: count },
    (_, index): FlowRunToCreate => ({
      id: newId(clock),
      name: `run ${index}`,
      deploymentVersion: of.deploymentId ? 1 : null,
      scheduleId: null,
      autoScheduled: false,
      parameters: {},
      tags: [],
      flowRunnerType: 'universal',
      flowRunnerConfig: {},
      priority: 0,
      maxRetries: 0,
      retryDelaysMs: [],
      idempotencyKey: null,
      scheduledTime: clock.now(),
      parentFlowRunId: null,
      message: '',
      ...overrides,
    }),
  );
  const context = { now: clock.now(), actor: 'test', newId: () => newId(clock) };
  await withTransaction(database, (tx) => createFlowRuns(tx, runs, context));
  return runs.map((run) => run.id);
}

/** A queue for everything unless told otherwise; gives its id. */
export async function insertWorkQueue(
  database: Database,
  clock: Clock,
  overrides: Partial<WorkQueueToCreate> = {},
): Promise<string> {
  const id = newId(clock);
  const queue: WorkQueueToCreate = {
    id,
    name: `q-${id}`,
    description: '',
    tags: [],
    deploymentIds: [],
    flowRunnerTypes: [],
    isPaused: false,
    concurrencyLimit: null,
    ...overrides,
  };
  await withTransaction(database, (tx) => createWorkQueue(tx, queue, { now: clock.now(), actor: 'test' }));
  return id;
}
