import { create } from '@bufbuild/protobuf';
import {
  type ScheduleFire,
  ScheduleFireSchema,
  ScheduleFireStatus,
} from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { type ScheduleFireRow, timestampMessage } from '@millrace/db';

const statuses: Readonly<Record<string, ScheduleFireStatus | undefined>> = {
  scheduled: ScheduleFireStatus.SCHEDULED,
  started: ScheduleFireStatus.STARTED,
  skipped: ScheduleFireStatus.SKIPPED,
};

/** A fire as the contract has it. */
export function scheduleFireMessage(row: ScheduleFireRow): ScheduleFire {
  return create(ScheduleFireSchema, {
    scheduleSlug: row.slug,
    fireTime: timestampMessage(row.fire_at),
    status: statuses[row.status] ?? ScheduleFireStatus.UNSPECIFIED,
    reason: row.reason ?? undefined,
    flowRunId: row.flow_run_id ?? undefined,
  });
}

/** The ledger's names of statuses of the contract. */
export function storedFireStatuses(wanted: readonly ScheduleFireStatus[]): string[] {
  return Object.keys(statuses).filter((name) => wanted.some((status) => statuses[name] === status));
}
