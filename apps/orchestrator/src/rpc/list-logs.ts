import { createHash } from 'node:crypto';
import type { ListLogsRequest } from '@millrace/contracts/millrace/v1/log_service_pb';
import { type LogPosition, logRecordMessage, logStart, readLog, readRunHeads } from '@millrace/db';
import { invalidArgument, notFound } from '@millrace/rpc/errors';
import { nextPageToken, readPage } from '@millrace/service';
import type { Context } from '../context.ts';

// The one order of a log; the key: chunk, record, and for which question the token was made.
const order = 'written';
const sorts = { [order]: 3 };

export async function listLogs({ database }: Pick<Context, 'database'>, request: ListLogsRequest) {
  const page = readPage({ sort: order, pageSize: request.pageSize, pageToken: request.pageToken }, sorts);
  const fingerprint = fingerprintOf(request);
  const from = page.after ? toPosition(page.after, fingerprint) : logStart;
  const flowRunId = request.flowRunId.toLowerCase();
  const [heads, { lines, next, more }] = await Promise.all([
    readRunHeads(database, [flowRunId]),
    readLog(database, {
      flowRunId,
      from,
      limit: page.size,
      minLevel: request.minLevel === 0 ? undefined : request.minLevel,
      taskRunId: request.taskRunId?.toLowerCase(),
    }),
  ]);
  if (!heads.has(flowRunId)) throw notFound('flow run', request.flowRunId);
  return {
    logs: lines.map((line) => logRecordMessage(flowRunId, line)),
    nextPageToken: more ? nextPageToken(order, [next.ordinal, next.index, fingerprint]) : '',
  };
}

function fingerprintOf({ flowRunId, taskRunId, minLevel }: ListLogsRequest): string {
  const question = JSON.stringify([flowRunId, taskRunId ?? null, minLevel]).toLowerCase();
  return createHash('sha256').update(question).digest('base64url').slice(0, 12);
}

function toPosition([chunk, record, madeFor]: readonly string[], fingerprint: string): LogPosition {
  const ordinal = Number(chunk);
  const index = Number(record);
  const inRange = (value: number) => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
  if (madeFor === fingerprint && inRange(ordinal) && inRange(index)) return { ordinal, index };
  throw invalidArgument([{ field: 'page_token', description: 'is not a token of this log, level and task run' }]);
}
