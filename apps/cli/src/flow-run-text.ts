import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type State, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { isoTime } from './times.ts';

/** "Completed", or "Failed: Error: no such file". */
export function stateText({ name, message }: State): string {
  return message ? `${name}: ${message}` : name;
}

/** When a run is to start, while it is scheduled; else since when it has been in its state. */
export function runTimeMs({ state, expectedStartTime }: FlowRun): number | undefined {
  const scheduled = state?.type === StateType.SCHEDULED ? state.details?.scheduledTime : undefined;
  const time = scheduled ?? state?.timestamp ?? expectedStartTime;
  return time && timestampMs(time);
}

const levels = [
  [60, 'FATAL'],
  [50, 'ERROR'],
  [40, 'WARN'],
  [30, 'INFO'],
  [20, 'DEBUG'],
] as const;

/** "2026-01-31T09:00:00.250Z INFO  Hello Arthur!": a log record with when and how grave. */
export function logLine({ timestamp, level, message }: LogRecord): string {
  const name = levels.find(([least]) => level >= least)?.[1] ?? 'TRACE';
  return `${timestamp ? isoTime(timestampMs(timestamp)) : ''} ${name.padEnd(5)} ${message}`;
}
