import { compressLines, encodeLine, type LogLine } from './log-line.ts';

/** Consecutive records of one run, under one epoch. */
export interface LogBatchToWrite {
  readonly flowRunId: string;
  readonly epoch: number;
  /** Counts the batches of the run and epoch, from 1. */
  readonly batchId: number;
  readonly lines: readonly LogLine[];
}

/** Records that are stored together: a row of log_chunk but for its ordinal. */
export interface LogChunk {
  readonly flowRunId: string;
  readonly epoch: number;
  /** The last of the batches that it has records of. */
  readonly batchId: number;
  readonly firstSequence: number;
  readonly recordCount: number;
  /** Earliest and latest; epoch milliseconds. */
  readonly firstTimestamp: number;
  readonly lastTimestamp: number;
  /** Cut to what a smallint holds. */
  readonly maxLevel: number;
  readonly body: Buffer;
}

// A page of a log costs at least one chunk to read; smaller ones compress worse and cost more rows.
const fullLength = 256 * 1024;
const SMALLINT_MAX = 32_767;

/** Cuts a level to what the column holds; keeps the order of levels, so that comparisons stay right. */
export function storedLevel(level: number): number {
  return Math.max(-SMALLINT_MAX, Math.min(SMALLINT_MAX, level));
}

/** Puts the records of a run's batches, in order, into as few chunks as their size allows; none spans two epochs. */
export function packChunks(
  batches: readonly LogBatchToWrite[],
  span: { readonly earliest: number; readonly latest: number },
): LogChunk[] {
  const chunks: LogChunk[] = [];
  let open: OpenChunk | undefined;
  const close = () => {
    if (open) chunks.push(closedChunk(open));
    open = undefined;
  };
  for (const { flowRunId, epoch, batchId, lines } of batches) {
    if (open && open.epoch !== epoch) close();
    for (const line of lines) {
      const timestamp = clamp(line.timestamp, span);
      const text = encodeLine({ ...line, timestamp });
      if (open && open.length + text.length > fullLength) close();
      open ??= {
        flowRunId,
        epoch,
        batchId,
        firstSequence: line.sequence,
        texts: [],
        times: [],
        length: 0,
        maxLevel: line.level,
      };
      open.batchId = batchId;
      open.texts.push(text);
      open.times.push(timestamp);
      open.length += text.length + 1;
      open.maxLevel = Math.max(open.maxLevel, line.level);
    }
  }
  close();
  return chunks;
}

interface OpenChunk {
  readonly flowRunId: string;
  readonly epoch: number;
  batchId: number;
  readonly firstSequence: number;
  readonly texts: string[];
  readonly times: number[];
  length: number;
  maxLevel: number;
}

function closedChunk(open: OpenChunk): LogChunk {
  return {
    flowRunId: open.flowRunId,
    epoch: open.epoch,
    batchId: open.batchId,
    firstSequence: open.firstSequence,
    recordCount: open.texts.length,
    firstTimestamp: open.times.reduce((least, time) => Math.min(least, time)),
    lastTimestamp: open.times.reduce((most, time) => Math.max(most, time)),
    maxLevel: storedLevel(open.maxLevel),
    body: compressLines(open.texts),
  };
}

// Clocks of other machines are off: nothing of a run was said before it was made, or after it was heard.
function clamp(timestamp: number, span: { readonly earliest: number; readonly latest: number }): number {
  if (Number.isNaN(timestamp)) return span.latest;
  return Math.max(span.earliest, Math.min(span.latest, timestamp));
}
