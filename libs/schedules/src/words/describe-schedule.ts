import type { Schedule } from '../schedule.ts';

/** A schedule in words. Never throws. */
export function describeSchedule({ spec }: Pick<Schedule, 'spec' | 'timezone'>): string {
  return spec.kind === 'cron' ? `cron ${spec.cron}` : spec.kind;
}
