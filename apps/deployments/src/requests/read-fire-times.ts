import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { StoredScheduleSpec } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import type { ScheduleError } from '@millrace/schedules';
import { durationMs } from './duration-ms.ts';

/** What says when a schedule fires, apart from changes of the clocks; not checked yet. */
export function readFireTimes({ spec, timezone }: Schedule): { spec: StoredScheduleSpec; timezone: string } {
  return { spec: readSpec(spec), timezone: timezone || 'UTC' };
}

function readSpec(spec: Schedule['spec']): StoredScheduleSpec {
  switch (spec.case) {
    case 'cron':
      return { kind: 'cron', cron: spec.value.cron, dayOr: spec.value.dayOr ?? true };
    case 'rrule':
      return { kind: 'rrule', rrule: spec.value.rrule };
    default: {
      // Without any spec it never came here: the contract requires one.
      const { interval, anchor } = spec.value ?? {};
      return {
        kind: 'interval',
        intervalMs: interval ? durationMs(interval) : 0,
        anchorMs: anchor ? timestampMs(anchor) : null,
      };
    }
  }
}

// Where in the message what an error names is.
const places: Readonly<Record<string, string | undefined>> = {
  interval: 'interval.interval',
  anchor: 'interval.anchor',
  cron: 'cron.cron',
  rrule: 'rrule.rrule',
};

/** Why a schedule can't fire, by its place. @param field where the schedule is: "schedules[0]" */
export function scheduleViolation({ field: named, description }: ScheduleError, field: string): FieldViolation {
  return { field: `${field}.${places[named] ?? named}`, description };
}
