import { toInstant, toInstantOrNull } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { keepQueueFilters } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';

/** A run of a schedule to be made; all else is its schedule's and its deployment's. Times are epoch milliseconds. */
export interface ScheduledFlowRun {
  readonly id: string;
  readonly name: string;
  readonly scheduleId: string;
  /** The time that it is for. */
  readonly expectedStartTime: number;
  /** When it is to start. */
  readonly scheduledTime: number;
  /** Skipped if nobody has taken it by then; null: it waits for ever. */
  readonly startBefore: number | null;
  /** Whether somebody asked for it: then no newer one takes its place. */
  readonly isAskedFor: boolean;
}

// What thousands of runs share does not travel with each of them: it is in the tables already.
const insert = statement<{ work_queue_id: string }>(
  'insert_scheduled_flow_runs',
  `with made as (
     insert into millrace.flow_run
       (created, updated, created_by, updated_by, state_actor, state_timestamp, state_type, state_name, state_count,
        run_count, returns, total_run_time_ms, epoch, auto_scheduled,
        id, name, flow_id, deployment_id, deployment_version, schedule_id, parameters, tags, flow_runner_type,
        flow_runner_config, priority, max_retries, retry_delays_ms, state_id, state_message, scheduled_time,
        expected_start_time, sort_at, overlap, catch_up, start_before)
     select $1, $1, $2, $2, $2, $1, 'SCHEDULED', 'Scheduled', 1, 0, 0, 0, 0, true,
       n.id, n.name, d.flow_id, d.id, d.version, s.id, v.parameters || s.parameters,
       array_prepend('auto-scheduled', array_remove(v.tags, 'auto-scheduled')), v.flow_runner_type,
       v.flow_runner_config, v.priority, v.max_retries, v.retry_delays_ms, n.state_id,
       'scheduled by "' || s.slug || '"', n.scheduled_time, n.expected_start_time, n.scheduled_time,
       s.options ->> 'overlap', case when not n.is_asked_for then s.options ->> 'catchUp' end, n.start_before
     from unnest($3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::uuid[],
                 $10::bool[])
       as n(id, name, schedule_id, expected_start_time, scheduled_time, start_before, state_id, is_asked_for)
     join millrace.schedule s on s.id = n.schedule_id
     join millrace.deployment d on d.id = s.deployment_id
     join millrace.deployment_version v on v.deployment_id = d.id and v.version = d.version
     returning id, state_id, state_message, scheduled_time, priority, tags, deployment_id, flow_runner_type
   ), state as (
     insert into millrace.flow_run_state
       (received, flow_run_id, ordinal, id, type, name, message, "timestamp", scheduled_time, actor, epoch,
        answer_status, answer_reason)
     select $1, made.id, 1, made.state_id, 'SCHEDULED', 'Scheduled', made.state_message, $1, made.scheduled_time, $2, 0,
       'ACCEPT', ''
     from made
   ), entry as (
     insert into millrace.queue_entry (work_queue_id, priority, due_at, flow_run_id)
     select q.id, made.priority, made.scheduled_time, made.id
     from made
     join millrace.work_queue q
       on (q.filter_tags is null or q.filter_tags <@ made.tags)
      and (q.filter_deployment_ids is null or made.deployment_id = any(q.filter_deployment_ids))
      and (q.filter_flow_runner_types is null or made.flow_runner_type = any(q.filter_flow_runner_types))
     returning work_queue_id
   )
   select distinct work_queue_id from entry`,
);

/**
 * Creates the runs of schedules as `createFlowRuns` creates runs, SCHEDULED as `initialFlowRun` has it: with their history and
 * their places in the queues. Their ids are new. Gives the wake-ups to publish once the transaction has committed.
 */
export async function createScheduledFlowRuns(
  executor: Executor,
  runs: readonly ScheduledFlowRun[],
  context: { readonly now: number; readonly actor: string; readonly newId: () => string },
): Promise<Signal[]> {
  if (runs.length === 0) return [];
  const ids = runs.map((run) => run.id);
  const [, queues] = await Promise.all([
    keepQueueFilters(executor),
    executor.run(insert, [
      toInstant(context.now),
      context.actor,
      ids,
      runs.map((run) => run.name),
      runs.map((run) => run.scheduleId),
      runs.map((run) => toInstant(run.expectedStartTime)),
      runs.map((run) => toInstant(run.scheduledTime)),
      runs.map((run) => toInstantOrNull(run.startBefore)),
      runs.map(context.newId),
      runs.map((run) => run.isAskedFor),
    ]),
  ]);
  return [
    ...ids.map((id): Signal => ({ kind: 'flow-run', id })),
    ...queues.map((queue): Signal => ({ kind: 'queue', id: queue.work_queue_id })),
  ];
}
