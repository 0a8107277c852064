import { durationMs } from '@bufbuild/protobuf/wkt';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { durationShort } from '../../ui/durations.ts';

/** How long a run's code ran so far; nothing for one that has not. */
export function runDuration({ totalRunTime, endTime }: FlowRun): string {
  return totalRunTime && endTime ? durationShort(durationMs(totalRunTime)) : '';
}
