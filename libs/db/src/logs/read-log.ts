import type { Executor } from '../connection/statement.ts';
import { storedLevel } from './log-chunk.ts';
import { type LogLine, readLines } from './log-line.ts';
import { readLogChunks } from './read-log-chunks.ts';

/** A place in a run's log: the next record to read. The log begins at `{ ordinal: 1, index: 0 }`. */
export interface LogPosition {
  /** The chunk. */
  readonly ordinal: number;
  /** The record within the chunk, from 0. */
  readonly index: number;
}

/** Where every log begins. */
export const logStart: LogPosition = { ordinal: 1, index: 0 };

/** Which records. */
export interface LogQuery {
  readonly flowRunId: string;
  readonly from: LogPosition;
  /** Most records that are given. */
  readonly limit: number;
  /** The last chunk to read. Default: all. */
  readonly to?: number;
  /** Only records of this level or above. Default: all. */
  readonly minLevel?: number | undefined;
  /** Only this task run's records. Default: all. */
  readonly taskRunId?: string | undefined;
}

export interface LogPage {
  readonly lines: LogLine[];
  /** Where to go on. */
  readonly next: LogPosition;
  /** Whether there was more than fits. */
  readonly more: boolean;
}

// A page is one message, and messages end at 4 MiB; a record alone may have 1.
const mostBytes = 1024 * 1024;
const mostChunks = 64;
const SMALLEST_INT = -2_147_483_648;
const LARGEST_INT = 2_147_483_647;

/** A page of a run's log, oldest first: `limit` records, or fewer if those are long. */
export async function readLog(executor: Executor, query: LogQuery): Promise<LogPage> {
  const { flowRunId, to = LARGEST_INT, minLevel = SMALLEST_INT, taskRunId } = query;
  const lines: LogLine[] = [];
  let next = query.from;
  let bytes = 0;
  // Full chunks fill a page at once; of small ones many are needed.
  for (let limit = 2; ; limit = Math.min(limit * 2, mostChunks)) {
    const which = { from: next.ordinal, to, minLevel: storedLevel(minLevel), limit };
    const chunks = await readLogChunks(executor, flowRunId, which);
    for (const { ordinal, body } of chunks) {
      for (const [index, line] of readLines(body).entries()) {
        if (ordinal === next.ordinal && index < next.index) continue;
        if (line.level < minLevel || (taskRunId !== undefined && line.taskRunId !== taskRunId)) continue;
        bytes += Buffer.byteLength(line.message);
        if (lines.length === query.limit || (bytes > mostBytes && lines.length > 0))
          return { lines, next: { ordinal, index }, more: true };
        lines.push(line);
      }
      next = { ordinal: ordinal + 1, index: 0 };
    }
    if (chunks.length < limit) return { lines, next, more: false };
  }
}
