import { durationMs } from '@bufbuild/protobuf/wkt';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { durationShort } from '../../ui/durations.ts';

/** How long the code of a run that ended had run; nothing before. */
export function runDuration({ totalRunTime, endTime }: FlowRun): string {
  return totalRunTime && endTime ? durationShort(durationMs(totalRunTime)) : '';
}
