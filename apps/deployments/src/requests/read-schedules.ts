import { type Duration, timestampMs } from '@bufbuild/protobuf/wkt';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { ScheduleSpec } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { checkSchedule, ScheduleError } from '@millrace/schedules';
import { jsonProblem, parameterLimits } from '@millrace/service/json-limits';

/** Reads a deployment's schedules; what is wrong with them is added to `violations`. */
export function readSchedules(
  messages: readonly Schedule[],
  prefix: string,
  violations: FieldViolation[],
): ScheduleSpec[] {
  const slugs = new Set<string>();
  return messages.map((message, index) => {
    const field = `${prefix}schedules[${index}]`;
    const schedule = readSchedule(message, messages.length === 1);
    if (schedule.slug === '')
      violations.push({ field: `${field}.slug`, description: 'is required where there are several schedules' });
    else if (slugs.has(schedule.slug))
      violations.push({ field: `${field}.slug`, description: `"${schedule.slug}" names another schedule already` });
    slugs.add(schedule.slug);
    const problem = jsonProblem(schedule.parameters, parameterLimits);
    if (problem) violations.push({ field: `${field}.parameters`, description: problem });
    try {
      checkSchedule(schedule);
    } catch (error) {
      if (!(error instanceof ScheduleError)) throw error;
      const place = error.field === 'timezone' ? error.field : `interval.${error.field}`;
      violations.push({ field: `${field}.${place}`, description: error.description });
    }
    return schedule;
  });
}

function readSchedule({ slug, spec, timezone, active, parameters }: Schedule, only: boolean): ScheduleSpec {
  const { interval, anchor } = spec.value ?? {};
  return {
    slug: slug === '' && only ? 'default' : slug,
    spec: {
      kind: 'interval',
      intervalMs: interval ? durationMs(interval) : 0,
      anchorMs: anchor ? timestampMs(anchor) : null,
    },
    timezone: timezone || 'UTC',
    active: active ?? null,
    parameters: parameters ?? {},
  };
}

/** Fractions of a millisecond are kept. */
export function durationMs({ seconds, nanos }: Duration): number {
  return Number(seconds) * 1000 + nanos / 1e6;
}
