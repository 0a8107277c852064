import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { PreviewScheduleRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { timestampMessage } from '@millrace/db';
import { invalidArgument } from '@millrace/rpc/errors';
import { type FireWindow, previewFires, type Schedule, ScheduleError } from '@millrace/schedules';
import { describeSchedule } from '@millrace/schedules/words';
import type { Context } from '../context.ts';
import { storedPolicies } from '../messages/schedule-policies.ts';
import { readFireTimes, scheduleViolation } from '../requests/read-fire-times.ts';

const DEFAULT_LIMIT = 10;

export async function previewSchedule({ clock }: Context, { schedule, from, until, limit }: PreviewScheduleRequest) {
  // The contract requires it.
  if (!schedule) throw invalidArgument([{ field: 'schedule', description: 'is required' }]);
  const { dstGap, dstFold } = storedPolicies(schedule);
  const read = { ...readFireTimes(schedule), dstGap, dstFold };
  const fires = preview(read, {
    from: from ? timestampMs(from) : clock.now(),
    until: until && timestampMs(until),
    limit: limit || DEFAULT_LIMIT,
  });
  return {
    fires: fires.map(({ time, localTime, notes }) => ({ time: timestampMessage(time), localTime, notes: [...notes] })),
    description: describeSchedule(read),
  };
}

function preview(schedule: Schedule, window: FireWindow) {
  try {
    return previewFires(schedule, window);
  } catch (error) {
    if (error instanceof ScheduleError) throw invalidArgument([scheduleViolation(error, 'schedule')]);
    throw error;
  }
}
