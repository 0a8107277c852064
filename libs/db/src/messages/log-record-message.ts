import { create } from '@bufbuild/protobuf';
import { type LogRecord, LogRecordSchema } from '@millrace/contracts/millrace/v1/log_record_pb';
import type { LogLine } from '../logs/log-line.ts';
import { timestampMessage } from './time-message.ts';

/** A record of a run's log as the contract has it. */
export function logRecordMessage(flowRunId: string, line: LogLine): LogRecord {
  return create(LogRecordSchema, {
    flowRunId,
    taskRunId: line.taskRunId ?? undefined,
    level: line.level,
    logger: line.logger,
    message: line.message,
    timestamp: timestampMessage(line.timestamp),
    sequence: BigInt(line.sequence),
  });
}
