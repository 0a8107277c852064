import type { Duration } from '@bufbuild/protobuf/wkt';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import type { ScheduleOptions } from '@millrace/db';
import type { FieldViolation } from '@millrace/rpc/errors';
import { storedPolicies } from '../messages/schedule-policies.ts';
import { durationMs } from './duration-ms.ts';

/**
 * What a schedule has besides its times; what is wrong with it is added to `violations`. A default leaves nothing, however
 * it was said, so that the same schedule is always stored as the same.
 */
export function readScheduleOptions(message: Schedule, field: string, violations: FieldViolation[]): ScheduleOptions {
  const read = (name: string, duration: Duration | undefined): number => {
    const ms = duration ? durationMs(duration) : 0;
    if (!Number.isInteger(ms))
      violations.push({ field: `${field}.${name}`, description: 'must be whole milliseconds' });
    return ms;
  };
  const jitterMs = read('jitter', message.jitter);
  const expireAfterMs = read('expire_after', message.expireAfter);
  return {
    ...storedPolicies(message),
    ...(jitterMs > 0 && { jitterMs }),
    ...(expireAfterMs > 0 && { expireAfterMs }),
  };
}
