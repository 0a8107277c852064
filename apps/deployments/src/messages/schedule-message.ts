import { create, type JsonObject } from '@bufbuild/protobuf';
import { type Schedule, ScheduleSchema } from '@millrace/contracts/millrace/v1/schedule_pb';
import {
  type CurrentSchedule,
  durationMessage,
  type StoredSchedule,
  type StoredScheduleSpec,
  timestampMessageOrNone,
} from '@millrace/db';
import { policyFields } from './schedule-policies.ts';

/** A schedule as the contract has it, as it is or as a version declares it. */
export function scheduleMessage(row: StoredSchedule & Partial<CurrentSchedule>): Schedule {
  // Versions from before there were options have none.
  const { options = {} } = row;
  const { jitterMs, expireAfterMs } = options;
  return create(ScheduleSchema, {
    slug: row.slug,
    spec: specMessage(row.spec),
    timezone: row.timezone,
    active: row.active,
    parameters: row.parameters as JsonObject,
    error: row.error ?? undefined,
    ...policyFields(options),
    jitter: jitterMs === undefined ? undefined : durationMessage(jitterMs),
    expireAfter: expireAfterMs === undefined ? undefined : durationMessage(expireAfterMs),
  });
}

function specMessage(spec: StoredScheduleSpec) {
  switch (spec.kind) {
    case 'interval': {
      const interval = durationMessage(spec.intervalMs);
      return { case: 'interval' as const, value: { interval, anchor: timestampMessageOrNone(spec.anchorMs) } };
    }
    case 'cron':
      return { case: 'cron' as const, value: { cron: spec.cron, dayOr: spec.dayOr } };
    case 'rrule':
      return { case: 'rrule' as const, value: { rrule: spec.rrule } };
  }
}
