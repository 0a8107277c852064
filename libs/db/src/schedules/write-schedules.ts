import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import type { PlannedSchedule } from '../deployments/plan-deployment.ts';

const write = statement(
  'write_schedules',
  `insert into millrace.schedule (id, deployment_id, slug, spec, timezone, active, parameters, options, watermark)
   select n.id, n.deployment_id, n.slug, n.spec, n.timezone, n.active, n.parameters, n.options, $1
   from unnest($2::uuid[], $3::uuid[], $4::text[], $5::jsonb[], $6::text[], $7::bool[], $8::jsonb[], $9::jsonb[])
     as n(id, deployment_id, slug, spec, timezone, active, parameters, options)
   on conflict (deployment_id, slug) do update
     set spec = excluded.spec, timezone = excluded.timezone, active = excluded.active,
         parameters = excluded.parameters, options = excluded.options`,
);

const remove = statement('delete_schedules', 'delete from millrace.schedule where id = any($1::uuid[])');
const removeFires = statement(
  'delete_fires_of_schedules',
  'delete from millrace.schedule_fire where schedule_id = any($1::uuid[])',
);

/** Writes schedules, new ones and old; new ones fire from `now` on. */
export async function writeSchedules(
  executor: Executor,
  schedules: readonly (PlannedSchedule & { readonly deploymentId: string })[],
  now: number,
): Promise<void> {
  if (schedules.length === 0) return;
  await executor.run(write, [
    toInstant(now),
    schedules.map((schedule) => schedule.id),
    schedules.map((schedule) => schedule.deploymentId),
    schedules.map((schedule) => schedule.slug),
    schedules.map((schedule) => JSON.stringify(schedule.spec)),
    schedules.map((schedule) => schedule.timezone),
    schedules.map((schedule) => schedule.active),
    schedules.map((schedule) => JSON.stringify(schedule.parameters)),
    schedules.map((schedule) => JSON.stringify(schedule.options)),
  ]);
}

/** Deletes schedules with their ledgers; their runs to come must be gone already. They must be locked. */
export async function deleteSchedules(executor: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await executor.run(removeFires, [ids]);
  await executor.run(remove, [ids]);
}
