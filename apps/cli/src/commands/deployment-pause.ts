import type { Invocation } from '../command.ts';
import { setScheduleActive } from '../set-schedule-active.ts';

export function run(invocation: Invocation): Promise<undefined> {
  return setScheduleActive(invocation, false);
}
