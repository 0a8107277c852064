import { type Executor, statement } from '../connection/statement.ts';
import type { ScheduleOptions, StoredScheduleSpec } from '../connection/tables.ts';

/** A schedule, and how far it has come. */
export interface ScheduleToFire {
  id: string;
  slug: string;
  spec: StoredScheduleSpec;
  timezone: string;
  options: ScheduleOptions;
  /** The schedule's own switch and the one over all of its deployment. */
  active: boolean;
  watermark: number;
}

// Fenced: a probe for each, where the planner would read all deployments.
const read = statement<ScheduleToFire>(
  'read_schedules_to_fire',
  `select s.id, s.slug, s.spec, s.timezone, s.options, s.active and d.is_schedule_active as active, s.watermark
   from millrace.schedule s
   cross join lateral (
     select is_schedule_active from millrace.deployment where id = s.deployment_id offset 0
   ) d
   where s.id = any($1::uuid[])`,
);

/** Reads schedules that are locked already. */
export function readSchedulesToFire(executor: Executor, ids: readonly string[]): Promise<ScheduleToFire[]> {
  return executor.run(read, [ids]);
}
