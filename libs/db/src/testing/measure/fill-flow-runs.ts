import type { Database } from '../../connection/database.ts';
import { toInstant } from '../../connection/instant.ts';
import { statement } from '../../connection/statement.ts';

export interface FillOptions {
  readonly flowId: string;
  readonly deploymentId: string;
  readonly count: number;
  /** When the first of them is or was due, epoch milliseconds; the others follow a millisecond apart. */
  readonly dueFrom: number;
  /** Where they wait, if they wait for a queue. Default: in none. */
  readonly workQueueId?: string;
  /** Who holds them: then they are PENDING, under epoch 1. Default: nobody, and they are SCHEDULED. */
  readonly holderId?: string;
  /** The run that made them. Default: none. */
  readonly parentFlowRunId?: string;
  /** Default 0. */
  readonly priority?: number;
  readonly tags?: readonly string[];
  /** Whether to write the states that they have been in; default true. Only what reads histories needs them. */
  readonly history?: boolean;
}

const fillRuns = statement<{ count: number }>(
  'fill_flow_runs',
  `with run as (
     insert into millrace.flow_run
       (id, created, updated, created_by, updated_by, name, flow_id, deployment_id, deployment_version, auto_scheduled,
        parameters, tags, flow_runner_type, flow_runner_config, priority, max_retries, retry_delays_ms,
        state_id, state_type, state_name, state_message, state_timestamp, state_actor, state_count,
        scheduled_time, run_count, returns, expected_start_time, total_run_time_ms, epoch, holder_id, acknowledged,
        sort_at, parent_flow_run_id)
     select uuidv7(), now(), now(), 'fill', 'fill', 'run ' || i, $1, $2, 1, true,
        '{}', $3, 'universal', '{}', $4, 0, '{}',
        uuidv7(), case when $5::uuid is null then 'SCHEDULED' else 'PENDING' end,
        case when $5::uuid is null then 'Scheduled' else 'Pending' end, '', now(), 'fill',
        case when $5::uuid is null then 1 else 2 end,
        case when $5::uuid is null then $6::timestamptz + i * interval '1 millisecond' end, 0, 0,
        $6::timestamptz + i * interval '1 millisecond', 0, case when $5::uuid is null then 0 else 1 end, $5, $5 is not null,
        $6::timestamptz + i * interval '1 millisecond', $10::uuid
     from generate_series(1, $7::int) i
     returning id, created, scheduled_time, state_count, epoch
   ), state as (
     insert into millrace.flow_run_state
       (flow_run_id, ordinal, received, id, type, name, message, "timestamp", actor, epoch, answer_status, answer_reason)
     select run.id, o, run.created, uuidv7(), case o when 1 then 'SCHEDULED' else 'PENDING' end,
        case o when 1 then 'Scheduled' else 'Pending' end, '', run.created, 'fill', o - 1, 'ACCEPT', ''
     from run cross join lateral generate_series(1, run.state_count) o where $9::bool
   ), entry as (
     insert into millrace.queue_entry (work_queue_id, priority, due_at, flow_run_id)
     select $8::uuid, $4, run.scheduled_time, run.id from run where $8::uuid is not null
   )
   select count(*) from run`,
);

/** Makes many runs by one statement, as the product would have left them. Needs Postgres 18. */
export async function fillFlowRuns(database: Database, options: FillOptions): Promise<void> {
  await database.run(fillRuns, [
    options.flowId,
    options.deploymentId,
    options.tags ?? [],
    options.priority ?? 0,
    options.holderId ?? null,
    toInstant(options.dueFrom),
    options.count,
    options.workQueueId ?? null,
    options.history ?? true,
    options.parentFlowRunId ?? null,
  ]);
}
