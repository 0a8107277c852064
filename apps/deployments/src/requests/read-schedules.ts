import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { ScheduleSpec } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { checkSchedule, ScheduleError } from '@millrace/schedules';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';
import { readFireTimes, scheduleViolation } from './read-fire-times.ts';
import { readScheduleOptions } from './read-schedule-options.ts';

/** Reads a deployment's schedules; what is wrong with them is added to `violations`. */
export function readSchedules(
  messages: readonly Schedule[],
  prefix: string,
  violations: FieldViolation[],
): ScheduleSpec[] {
  const slugs = new Set<string>();
  return messages.map((message, index) => {
    const field = `${prefix}schedules[${index}]`;
    const slug = message.slug === '' && messages.length === 1 ? 'default' : message.slug;
    if (slug === '')
      violations.push({ field: `${field}.slug`, description: 'is required where there are several schedules' });
    else if (slugs.has(slug))
      violations.push({ field: `${field}.slug`, description: `"${slug}" names another schedule already` });
    slugs.add(slug);
    return readSchedule({ ...message, slug }, field, violations);
  });
}

function readSchedule(message: Schedule, field: string, violations: FieldViolation[]): ScheduleSpec {
  const { slug, active, parameters = {} } = message;
  const problem = jsonProblem(parameters, parameterLimits);
  if (problem) violations.push({ field: `${field}.parameters`, description: problem });
  const options = readScheduleOptions(message, field, violations);
  const times = readFireTimes(message);
  try {
    checkSchedule({ ...times, dstGap: options.dstGap, dstFold: options.dstFold });
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    violations.push(scheduleViolation(error, field));
  }
  return { ...times, slug, active: active ?? null, parameters, options };
}
