import { randomUUID } from 'node:crypto';
import { type Clock, newId } from '@millrace/clock';
import type { Database } from '../../connection/database.ts';
import { toInstant } from '../../connection/instant.ts';
import { statement } from '../../connection/statement.ts';
import { leaseMs } from '../../holders/renew-holder.ts';
import { insertWorkQueue } from '../factories.ts';

/** How many schedules to make, and where. */
export interface ScheduleFill {
  readonly database: Database;
  readonly clock: Clock;
  /** Each of a deployment of its own, with five fires and their runs. */
  readonly schedules: number;
}

// Each schedule is `s`, its fires `f` are numbered by `k`: 0 and 1 ended days ago, 2 was due an hour ago, 3 and 4 are to
// come. One schedule in a hundred has, by `kind`, what the hot statements look for.
const fill = statement(
  'fill_schedules',
  `with s as materialized (
     select uuidv7() as id, uuidv7() as deployment_id, i, i % 100 as kind from generate_series(1, $1::int) i
   ), f as materialized (
     select s.*, k, uuidv7() as run_id, $2::timestamptz + case
         when k = 0 and kind = 0 then interval '-410 days'
         when k = 0 and kind = 1 then interval '-60 days'
         when k < 2 then make_interval(days => k - 3)
         else make_interval(hours => (array[-1, 1, 2])[k - 1]) end as at,
       case when k > 2 or k = 2 and kind in (2, 3, 4) then 'SCHEDULED' when k = 2 and kind = 5 then 'PENDING'
         when k = 2 and kind in (6, 7) then 'RUNNING' else 'COMPLETED' end as state
     from s, generate_series(0, 4) k
   ), deployment as (
     insert into millrace.deployment
       (id, created, updated, created_by, updated_by, flow_id, name, is_schedule_active, version, description)
     select deployment_id, $2, $2, 'fill', 'fill', $3, 'd' || i, true, 1, '' from s
   ), version as (
     insert into millrace.deployment_version
       (deployment_id, version, created, created_by, flow_data_encoding, flow_data_blob, parameters, tags,
        flow_runner_type, flow_runner_config, enforce_parameter_schema, priority, max_retries, retry_delays_ms, schedules)
     select deployment_id, 1, $2, 'fill', 'json', '{}', '{}', '{}', 'universal', '{}', true, 0, 0, '{}', '[]' from s
   ), schedule as (
     insert into millrace.schedule
       (id, deployment_id, slug, spec, timezone, active, parameters, options, watermark, top_up_at)
     select id, deployment_id, 'default', '{"kind": "interval", "intervalMs": 3600000, "anchorMs": null}', 'UTC', true,
       '{}', '{"overlap": "skip", "catchUp": "latest"}', $2::timestamptz + interval '2 hours',
       $2::timestamptz + case when kind < 4 then interval '-1 minute' else interval '1 hour' end
     from s
   ), fire as (
     insert into millrace.schedule_fire (schedule_id, fire_at, flow_run_id, status)
     select id, at, run_id, case when state in ('SCHEDULED', 'PENDING') then 'scheduled' else 'started' end from f
   ), gate as (
     insert into millrace.schedule_gate (schedule_id, flow_run_id, waiting_flow_run_id)
     select id, run_id, case when kind = 7 then uuidv7() end from f where k = 2 and kind not in (2, 3, 4)
   )
   insert into millrace.flow_run
     (id, created, updated, created_by, updated_by, name, flow_id, deployment_id, deployment_version, schedule_id,
      auto_scheduled, parameters, tags, flow_runner_type, flow_runner_config, priority, max_retries, retry_delays_ms,
      state_id, state_type, state_name, state_message, state_timestamp, state_actor, state_count, scheduled_time,
      run_count, returns, expected_start_time, total_run_time_ms, epoch, holder_id, acknowledged, sort_at, overlap,
      catch_up, start_before)
   select run_id, least(at - interval '2 hours', $2), $2, 'fill', 'fill', 'run', $3, deployment_id, 1, id,
     true, '{}', '{}', 'universal', '{}', 0, 0, '{}',
     uuidv7(), state, initcap(state), '', at, 'fill', 1, case when state = 'SCHEDULED' then at end,
     case when state in ('RUNNING', 'COMPLETED') then 1 else 0 end, 0, at, 0,
     case when state = 'SCHEDULED' then 0 else 1 end,
     case when state in ('PENDING', 'RUNNING') then $4::uuid end, state <> 'SCHEDULED', at, 'skip',
     'latest', case when kind = 4 then at + interval '30 minutes' end
   from f where at > $2::timestamptz - interval '400 days'`,
);

/** Makes schedules by one statement, as the product would have left them. Needs Postgres 18. */
export async function fillSchedules({ database, clock, schedules }: ScheduleFill): Promise<void> {
  const now = toInstant(clock.now());
  const flowId = newId(clock);
  const holderId = randomUUID();
  const by = { created: now, created_by: 'fill', updated: now, updated_by: 'fill' };
  await database.kysely
    .insertInto('flow')
    .values({ id: flowId, name: 'fill', ...by })
    .execute();
  await database.kysely
    .insertInto('holder')
    .values({ id: holderId, kind: 'agent', name: 'fill', lease_until: toInstant(clock.now() + leaseMs) })
    .execute();
  await insertWorkQueue(database, clock);
  await database.run(fill, [schedules, now, flowId, holderId]);
}
