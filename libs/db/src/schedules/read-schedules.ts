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

const read = statement<ScheduleToFire>(
  'read_schedules_to_fire',
  `select s.id, s.slug, s.spec, s.timezone, s.options, s.active and d.is_schedule_active as active, s.watermark
   from millrace.schedule s
   join millrace.deployment d on d.id = s.deployment_id
   where s.id = any($1::uuid[])`,
);

/** Reads schedules that are locked already. */
export function readSchedulesToFire(executor: Executor, ids: readonly string[]): Promise<ScheduleToFire[]> {
  return executor.run(read, [ids]);
}
