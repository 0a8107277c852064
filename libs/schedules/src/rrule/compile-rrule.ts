import { ScheduleError } from '../schedule-error.ts';
import type { WallTimes } from '../wall-times.ts';
import type { Zone } from '../zone.ts';

export function compileRRule(_rrule: string, _zone: Zone): { times: WallTimes; isThroughTheDay: boolean } {
  throw new ScheduleError('rrule', 'rules are not read yet');
}
