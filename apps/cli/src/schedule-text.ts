import { durationMs } from '@bufbuild/protobuf/wkt';
import type { Schedule } from '@millrace/contracts/millrace/v1/schedule_pb';
import { durationText } from './times.ts';

/** "every 10s": when a schedule fires, in few words. */
export function scheduleText({ spec, active }: Schedule): string {
  const when = spec.value?.interval ? `every ${durationText(durationMs(spec.value.interval))}` : 'never';
  return active === false ? `${when} (paused)` : when;
}
