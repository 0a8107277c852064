import { toInstant } from '../connection/instant.ts';
import { instantList, listLiteral } from '../connection/list-literal.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { keepQueueFilters } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';

/** A run of a schedule to be made; all else is its schedule's and its deployment's. Times are epoch milliseconds. */
export interface ScheduledFlowRun {
  readonly id: string;
  /** Letters, digits and hyphens. */
  readonly name: string;
  readonly scheduleId: string;
  /** The time that it is for: its fire's. */
  readonly expectedStartTime: number;
  /** When it is to start. */
  readonly scheduledTime: number;
  /** Skipped if nobody has taken it by then; null: it waits for ever. */
  readonly startBefore: number | null;
  /** Whether somebody asked for it: then no newer one takes its place. */
  readonly isAskedFor: boolean;
}

// What thousands of runs share does not travel with each of them: it is in the tables already. All four rows of a run are
// made by one statement, and none of them where the ledger has the fire. Fenced: a probe for each deployment, where the
// planner would read all of them.
const insertion = (onConflict: string) =>
  `with n as (
     select n.id, n.name, n.schedule_id, n.expected_start_time,
       coalesce(n.jittered_time, n.expected_start_time) as scheduled_time, n.start_before, n.state_id,
       n.is_asked_for
     from unnest($3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::uuid[],
                 $10::bool[])
       as n(id, name, schedule_id, expected_start_time, jittered_time, start_before, state_id, is_asked_for)
   ), fire as (
     insert into millrace.schedule_fire (schedule_id, fire_at, flow_run_id, status)
     select schedule_id, expected_start_time, id, 'scheduled' from n
     on conflict (schedule_id, fire_at) ${onConflict}
     returning flow_run_id
   ), source as materialized (
     select s.id as schedule_id, s.slug, s.options ->> 'overlap' as overlap, coalesce(s.options ->> 'catchUp', 'all') as catch_up,
       d.flow_id, d.id as deployment_id, d.version, v.parameters || s.parameters as parameters,
       array_prepend('auto-scheduled', array_remove(v.tags, 'auto-scheduled')) as tags, v.flow_runner_type,
       v.flow_runner_config, v.priority, v.max_retries, v.retry_delays_ms
     from millrace.schedule s
     cross join lateral (select * from millrace.deployment where id = s.deployment_id offset 0) d
     cross join lateral (
       select * from millrace.deployment_version where deployment_id = d.id and version = d.version offset 0
     ) v
     where s.id = any($11::uuid[])
   ), made as (
     insert into millrace.flow_run
       (created, updated, created_by, updated_by, state_actor, state_timestamp, state_type, state_name, state_count,
        run_count, returns, total_run_time_ms, epoch, auto_scheduled,
        id, name, flow_id, deployment_id, deployment_version, schedule_id, parameters, tags, flow_runner_type,
        flow_runner_config, priority, max_retries, retry_delays_ms, state_id, state_message, scheduled_time,
        expected_start_time, sort_at, overlap, catch_up, start_before)
     select $1, $1, $2, $2, $2, $1, 'SCHEDULED', 'Scheduled', 1, 0, 0, 0, 0, true,
       n.id, n.name, o.flow_id, o.deployment_id, o.version, n.schedule_id, o.parameters, o.tags, o.flow_runner_type,
       o.flow_runner_config, o.priority, o.max_retries, o.retry_delays_ms, n.state_id,
       'scheduled by "' || o.slug || '"', n.scheduled_time, n.expected_start_time, n.scheduled_time,
       o.overlap, case when not n.is_asked_for then o.catch_up end, n.start_before
     from n join source o on o.schedule_id = n.schedule_id
     where exists (select from fire where fire.flow_run_id = n.id)
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
   select 'queue' as kind, work_queue_id as id from (select distinct work_queue_id from entry) e
   union all
   select 'left out', n.id from n where not exists (select from made where made.id = n.id)`;

type Outcome = { kind: 'queue' | 'left out'; id: string };

const insert = statement<Outcome>('insert_scheduled_flow_runs', insertion('do nothing'));
const insertOrRevive = statement<Outcome>(
  'insert_or_revive_scheduled_flow_runs',
  insertion(`do update set status = 'scheduled', reason = null, flow_run_id = excluded.flow_run_id
       where schedule_fire.status = 'skipped'`),
);

export interface ScheduledFlowRunContext {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
  /** Whether fires that were skipped get their runs after all. Default false. */
  readonly reviveSkipped?: boolean;
}

// Bounds the size of one statement.
const mostRuns = 2_000;

/**
 * Enters fires in the ledger and makes the runs of those that were not there, as `createFlowRuns` makes runs, SCHEDULED as
 * `initialFlowRun` has it: with their history and their places in the queues. Their ids are new. Gives the ids of the runs
 * that were made, and the wake-ups to publish once the transaction has committed. The schedules must be locked.
 */
export async function createScheduledFlowRuns(
  executor: Executor,
  runs: readonly ScheduledFlowRun[],
  context: ScheduledFlowRunContext,
): Promise<{ readonly ids: readonly string[]; readonly signals: readonly Signal[] }> {
  const queues = new Set<string>();
  const leftOut = new Set<string>();
  for (let from = 0; from < runs.length; from += mostRuns) {
    const outcomes = await createSome(executor, runs.slice(from, from + mostRuns), context);
    for (const { kind, id } of outcomes) (kind === 'queue' ? queues : leftOut).add(id);
  }
  const ids = runs.map(({ id }) => id).filter((id) => !leftOut.has(id));
  return {
    ids,
    signals: [
      ...ids.map((id): Signal => ({ kind: 'flow-run', id })),
      ...[...queues].map((id): Signal => ({ kind: 'queue', id })),
    ],
  };
}

async function createSome(
  executor: Executor,
  runs: readonly ScheduledFlowRun[],
  { now, actor, newId, reviveSkipped = false }: ScheduledFlowRunContext,
): Promise<Outcome[]> {
  const scheduleIds = runs.map((run) => run.scheduleId);
  const [, outcomes] = await Promise.all([
    keepQueueFilters(executor),
    executor.run(reviveSkipped ? insertOrRevive : insert, [
      toInstant(now),
      actor,
      listLiteral(runs.map((run) => run.id)),
      listLiteral(runs.map((run) => run.name)),
      listLiteral(scheduleIds),
      instantList(runs.map((run) => run.expectedStartTime)),
      instantList(runs.map((run) => (run.scheduledTime === run.expectedStartTime ? null : run.scheduledTime))),
      instantList(runs.map((run) => run.startBefore)),
      listLiteral(runs.map(newId)),
      listLiteral(runs.map((run) => run.isAskedFor)),
      listLiteral([...new Set(scheduleIds)]),
    ]),
  ]);
  return outcomes;
}
