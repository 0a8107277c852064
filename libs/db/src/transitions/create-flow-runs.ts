import { initialFlowRun } from '@millrace/orchestration';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { JsonObject } from '../connection/tables.ts';
import { insertQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import { insertStates } from './insert-states.ts';

/** A run to be made. Times are epoch milliseconds. */
export interface FlowRunToCreate {
  readonly id: string;
  readonly name: string;
  readonly flowId: string;
  readonly deploymentId: string | null;
  readonly deploymentVersion: number | null;
  readonly scheduleId: string | null;
  readonly autoScheduled: boolean;
  readonly parameters: JsonObject;
  readonly tags: readonly string[];
  readonly flowRunnerType: string;
  readonly flowRunnerConfig: JsonObject;
  readonly priority: number;
  readonly maxRetries: number;
  readonly retryDelaysMs: readonly number[];
  readonly idempotencyKey: string | null;
  readonly scheduledTime: number;
  /** The run that makes it. */
  readonly parentFlowRunId: string | null;
  /** For the first state. */
  readonly message: string;
}

// Lists go as JSON: arrays of arrays must be rectangular in Postgres.
const insert = statement<{ id: string }>(
  'insert_flow_runs',
  `insert into millrace.flow_run
     (created, updated, created_by, updated_by, state_actor, state_timestamp, state_type, state_name, state_count,
      run_count, returns, total_run_time_ms, epoch,
      id, name, flow_id, deployment_id, deployment_version, schedule_id, auto_scheduled, parameters, tags,
      flow_runner_type, flow_runner_config, priority, max_retries, retry_delays_ms, idempotency_key, state_id,
      state_message, scheduled_time, expected_start_time, sort_at, parent_flow_run_id)
   select $1, $1, $2, $2, $2, $1, 'SCHEDULED', 'Scheduled', 1, 0, 0, 0, 0,
     n.id, n.name, n.flow_id, n.deployment_id, n.deployment_version, n.schedule_id, n.auto_scheduled, n.parameters,
     array(select jsonb_array_elements_text(n.tags)), n.flow_runner_type, n.flow_runner_config, n.priority,
     n.max_retries, array(select jsonb_array_elements_text(n.retry_delays_ms)::float8), n.idempotency_key, n.state_id,
     n.message, n.scheduled_time, n.scheduled_time, n.scheduled_time, n.parent_flow_run_id
   from unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::int[], $8::uuid[], $9::bool[], $10::jsonb[],
               $11::jsonb[], $12::text[], $13::jsonb[], $14::int[], $15::int[], $16::jsonb[], $17::text[], $18::uuid[],
               $19::text[], $20::timestamptz[], $21::uuid[])
     as n(id, name, flow_id, deployment_id, deployment_version, schedule_id, auto_scheduled, parameters, tags,
          flow_runner_type, flow_runner_config, priority, max_retries, retry_delays_ms, idempotency_key, state_id,
          message, scheduled_time, parent_flow_run_id)
   on conflict do nothing
   returning id`,
);

/**
 * Creates runs, SCHEDULED and held by nobody, with their history and their places in the queues. Runs whose flow has one
 * with the same idempotency key are left out. Gives the wake-ups to publish once the transaction has committed.
 */
export async function createFlowRuns(
  executor: Executor,
  runs: readonly FlowRunToCreate[],
  context: {
    readonly now: number;
    readonly actor: string;
    readonly newId: () => string;
    /** Whether runs with these ids may be there already. Default false: ids are new, unless there is a key. */
    readonly mayExist?: boolean;
  },
): Promise<{ createdIds: string[]; signals: Signal[] }> {
  if (runs.length === 0) return { createdIds: [], signals: [] };
  const stateIds = runs.map(context.newId);
  const column = <Value>(value: (run: FlowRunToCreate) => Value) => runs.map(value);
  const inserting = executor.run(insert, [
    toInstant(context.now),
    context.actor,
    column((run) => run.id),
    column((run) => run.name),
    column((run) => run.flowId),
    column((run) => run.deploymentId),
    column((run) => run.deploymentVersion),
    column((run) => run.scheduleId),
    column((run) => run.autoScheduled),
    column((run) => JSON.stringify(run.parameters)),
    column((run) => JSON.stringify(run.tags)),
    column((run) => run.flowRunnerType),
    column((run) => JSON.stringify(run.flowRunnerConfig)),
    column((run) => run.priority),
    column((run) => run.maxRetries),
    column((run) => JSON.stringify(run.retryDelaysMs)),
    column((run) => run.idempotencyKey),
    stateIds,
    column((run) => run.message),
    column((run) => toInstant(run.scheduledTime)),
    column((run) => run.parentFlowRunId),
  ]);
  // With new ids and without keys none is left out, and the rest travels with it.
  const mayBeThere = context.mayExist || runs.some((run) => run.idempotencyKey !== null);
  const created = new Set((mayBeThere ? await inserting : runs).map(({ id }) => id));
  const states = runs.flatMap((run, index) => (created.has(run.id) ? firstState(run, stateIds[index], context) : []));
  const [, , entries] = await Promise.all([
    inserting,
    insertStates(executor, states, context.now),
    insertQueueEntries(executor, [...created]),
  ]);
  const queues = new Set(entries.map((entry) => entry.work_queue_id));
  return {
    createdIds: [...created],
    signals: [
      ...[...created].map((id): Signal => ({ kind: 'flow-run', id })),
      ...[...queues].map((id): Signal => ({ kind: 'queue', id })),
    ],
  };
}

function firstState(run: FlowRunToCreate, id = '', { now, actor }: { readonly now: number; readonly actor: string }) {
  const { state, stateCount, epoch } = initialFlowRun(run, now);
  const answer = { requestId: null, answerStatus: 'ACCEPT', answerReason: '' } as const;
  return { flowRunId: run.id, ordinal: stateCount, id, state, epoch, actor, ...answer };
}
