import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import type { LiveEvent } from '../../live/live-connection.ts';

/** The end of a run's log, as far as it is shown. */
export interface RunLog {
  readonly lines: readonly LogLine[];
  /** How many lines before these were left out. */
  readonly leftOut: number;
}

export interface LogLine {
  /** Its place in the whole log, from 0. */
  readonly place: number;
  readonly record: LogRecord;
}

export const emptyLog: RunLog = { lines: [], leftOut: 0 };

/** More would make the page slow; the command line has all of it. */
export const mostLines = 5_000;

/** Adds what came; a first event begins the log anew. */
export function appendLog(log: RunLog, events: readonly LiveEvent[]): RunLog {
  let lines = log.lines.slice();
  let count = log.leftOut + lines.length;
  for (const { event, isFirst } of events) {
    if (event.type !== 'logs') continue;
    if (isFirst) {
      lines = [];
      count = 0;
    }
    for (const record of event.records) lines.push({ place: count++, record });
  }
  const kept = lines.slice(-mostLines);
  return { lines: kept, leftOut: count - kept.length };
}
