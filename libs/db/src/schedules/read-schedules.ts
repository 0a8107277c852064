import { type Executor, statement } from '../connection/statement.ts';
import type { JsonObject, ScheduleOptions, StoredScheduleSpec } from '../connection/tables.ts';

/** A schedule with all that its runs are made of. */
export interface ScheduleToFire {
  id: string;
  slug: string;
  spec: StoredScheduleSpec;
  timezone: string;
  options: ScheduleOptions;
  /** The schedule's own switch and the one over all of its deployment. */
  active: boolean;
  watermark: number;
  deployment_id: string;
  flow_id: string;
  version: number;
  /** The deployment's, with the schedule's laid over them. */
  parameters: JsonObject;
  tags: string[];
  flow_runner_type: string;
  flow_runner_config: JsonObject;
  priority: number;
  max_retries: number;
  retry_delays_ms: number[];
}

const read = statement<ScheduleToFire>(
  'read_schedules_to_fire',
  `select s.id, s.slug, s.spec, s.timezone, s.options, s.active and d.is_schedule_active as active, s.watermark,
          d.id as deployment_id, d.flow_id, d.version, v.parameters || s.parameters as parameters, v.tags,
          v.flow_runner_type, v.flow_runner_config, v.priority, v.max_retries, v.retry_delays_ms
   from millrace.schedule s
   join millrace.deployment d on d.id = s.deployment_id
   join millrace.deployment_version v on v.deployment_id = d.id and v.version = d.version
   where s.id = any($1::uuid[])`,
);

/** Reads schedules that are locked already. */
export function readSchedulesToFire(executor: Executor, ids: readonly string[]): Promise<ScheduleToFire[]> {
  return executor.run(read, [ids]);
}
