import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type LogBatch, LogBatchStatus, type WriteLogsRequest } from '@millrace/contracts/millrace/v1/log_service_pb';
import type { LogBatchOutcome, LogBatchToWrite, LogLine } from '@millrace/db';
import { type FieldViolation, invalidArgument, unavailable } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';

const mostMessageBytes = 1024 * 1024;

const statuses: Record<LogBatchOutcome, LogBatchStatus> = {
  STORED: LogBatchStatus.STORED,
  DUPLICATE: LogBatchStatus.DUPLICATE,
  NO_SUCH_RUN: LogBatchStatus.NO_SUCH_RUN,
};

export async function writeLogs(
  { logLane, log, clock }: Pick<Context, 'logLane' | 'log' | 'clock'>,
  request: WriteLogsRequest,
) {
  const violations = request.batches.flatMap(violationsOf);
  if (violations.length > 0) throw invalidArgument(violations);
  const now = clock.now();
  const batches = request.batches.map((batch) => toBatch(batch, now));
  const outcomes = await logLane.submit(batches).catch((error: unknown) => {
    log.warn({ err: error, batches: batches.length }, 'logs could not be written');
    throw unavailable('NOT_WRITTEN', 'the records could not be written; send them again');
  });
  return { statuses: outcomes.map((outcome) => statuses[outcome]) };
}

function violationsOf(batch: LogBatch, batchIndex: number): FieldViolation[] {
  const field = `batches[${batchIndex}]`;
  const violations: FieldViolation[] = [];
  if (!isSafe(batch.batchId)) violations.push({ field: `${field}.batch_id`, description: 'is beyond 2^53 - 1' });
  batch.records.forEach(({ sequence, message }, index) => {
    const record = `${field}.records[${index}]`;
    if (!isSafe(sequence)) violations.push({ field: `${record}.sequence`, description: 'is beyond 2^53 - 1' });
    if (isTooLong(message)) violations.push({ field: `${record}.message`, description: 'is longer than 1 MiB' });
  });
  return violations;
}

function isSafe(value: bigint): boolean {
  return BigInt.asIntN(54, value) === value;
}

function isTooLong(message: string): boolean {
  // A UTF-16 unit takes at most three bytes.
  return message.length * 3 > mostMessageBytes && Buffer.byteLength(message) > mostMessageBytes;
}

function toBatch({ flowRunId, epoch, batchId, records }: LogBatch, now: number): LogBatchToWrite {
  return {
    // As Postgres writes it: outcomes are found by it.
    flowRunId: flowRunId.toLowerCase(),
    epoch,
    batchId: Number(batchId),
    lines: records.map((record) => toLine(record, now)),
  };
}

function toLine({ sequence, timestamp, level, logger, message, taskRunId }: LogRecord, now: number): LogLine {
  return {
    sequence: Number(sequence),
    timestamp: timestamp ? timestampMs(timestamp) : now,
    level,
    logger,
    message,
    taskRunId: taskRunId?.toLowerCase() ?? null,
  };
}
