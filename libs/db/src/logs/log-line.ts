import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** One record of a run's log. */
export interface LogLine {
  /** Counts the run's records under one epoch. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** On pino's scale: 30 is info. */
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly taskRunId: string | null;
}

type StoredLine = [number, number, number, string, string, string?];

// Level 1 is as fast as writing the text would be; higher ones gain little on log lines.
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** A record as one line of JSON. */
export function encodeLine(line: LogLine): string {
  const stored: StoredLine = [line.sequence, toMicros(line.timestamp), line.level, line.logger, line.message];
  if (line.taskRunId !== null) stored.push(line.taskRunId);
  return JSON.stringify(stored);
}

/** Encoded lines as a chunk's body. */
export function compressLines(lines: readonly string[]): Buffer {
  return zstdCompressSync(lines.join('\n'), compression);
}

/** The records of a chunk's body. */
export function readLines(body: Uint8Array): LogLine[] {
  // JSON has no raw line ends but those between the records.
  const text = zstdDecompressSync(body).toString('utf8').replaceAll('\n', ',');
  return (JSON.parse(`[${text}]`) as StoredLine[]).map(([sequence, timestamp, level, logger, message, taskRunId]) => ({
    sequence,
    timestamp,
    level,
    logger,
    message,
    taskRunId: taskRunId ?? null,
  }));
}

function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
