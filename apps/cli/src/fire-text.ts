import { type ScheduleFire, ScheduleFireStatus } from '@millrace/contracts/millrace/v1/schedule_fire_pb';

/** What becomes of fires, as it is typed and shown: the enum's names in lower case. */
export const fireStatusesByName: ReadonlyMap<string, ScheduleFireStatus> = new Map(
  Object.entries(ScheduleFireStatus).map(([name, status]) => [name.toLowerCase(), status] as const),
);

/** "skipped: overlap". */
export function fireStatusText({ status, reason }: ScheduleFire): string {
  const name = [...fireStatusesByName].find(([, each]) => each === status)?.[0] ?? 'unspecified';
  return reason ? `${name}: ${reason}` : name;
}
