import type { Executor } from '../connection/statement.ts';
import { findLastBatches } from './find-last-batches.ts';
import { insertLogChunks, type PlacedChunk } from './insert-log-chunks.ts';
import { type LogCursor, lockLogCursors } from './lock-log-cursors.ts';
import { type LogBatchToWrite, packChunks } from './log-chunk.ts';
import { type LogCursorUpdate, updateLogCursors } from './update-log-cursors.ts';

/** What became of a batch. */
export type LogBatchOutcome = 'STORED' | 'DUPLICATE' | 'NO_SUCH_RUN';

/** Stores batches of many runs within one transaction, recognising those that are stored already; answers in order. */
export async function writeLogBatches(
  executor: Executor,
  batches: readonly LogBatchToWrite[],
  now: number,
): Promise<LogBatchOutcome[]> {
  const ofRuns = Map.groupBy(batches, (batch) => batch.flowRunId);
  const cursors = await lockLogCursors(executor, [...ofRuns.keys()]);
  const before = (cursor: LogCursor) =>
    new Set((ofRuns.get(cursor.flow_run_id) ?? []).map(({ epoch }) => epoch).filter((epoch) => epoch < cursor.epoch));
  const older = await findLastBatches(
    executor,
    cursors.flatMap((cursor) => [...before(cursor)].map((epoch) => ({ flowRunId: cursor.flow_run_id, epoch }))),
  );
  const olderOfRuns = Map.groupBy(older, (row) => row.flow_run_id);

  const fresh = new Set<LogBatchToWrite>();
  const placed: PlacedChunk[] = [];
  const updates: LogCursorUpdate[] = [];
  for (const cursor of cursors) {
    const known = new Map(olderOfRuns.get(cursor.flow_run_id)?.map((row) => [row.epoch, row.batch_id]));
    const accepted = acceptBatches(cursor, known, ofRuns.get(cursor.flow_run_id) ?? []);
    if (accepted.length === 0) continue;
    for (const batch of accepted) fresh.add(batch);
    const chunks = placeChunks(cursor, accepted, now);
    placed.push(...chunks);
    updates.push({
      ...lastBatch(cursor, accepted),
      flowRunId: cursor.flow_run_id,
      chunks: cursor.chunks + chunks.length,
    });
  }
  if (placed.length > 0) await Promise.all([insertLogChunks(executor, placed), updateLogCursors(executor, updates)]);

  const exists = new Set(cursors.map((cursor) => cursor.flow_run_id));
  return batches.map((batch) => {
    if (!exists.has(batch.flowRunId)) return 'NO_SUCH_RUN';
    return fresh.has(batch) ? 'STORED' : 'DUPLICATE';
  });
}

/** The batches of a run that are new: each comes after the last one of its epoch. */
function acceptBatches(
  cursor: LogCursor,
  known: Map<number, number>,
  batches: readonly LogBatchToWrite[],
): LogBatchToWrite[] {
  const last = new Map(known).set(cursor.epoch, cursor.batch_id);
  return batches.filter(({ epoch, batchId }) => {
    if (batchId <= (last.get(epoch) ?? 0)) return false;
    last.set(epoch, batchId);
    return true;
  });
}

function placeChunks(cursor: LogCursor, batches: readonly LogBatchToWrite[], now: number): PlacedChunk[] {
  const received = Math.max(now, cursor.created);
  return packChunks(batches, { earliest: cursor.created, latest: received }).map((chunk, index) => ({
    chunk,
    ordinal: cursor.chunks + index + 1,
    received,
    late: chunk.epoch < cursor.run_epoch,
  }));
}

/** The cursor follows the newest epoch only. */
function lastBatch(cursor: LogCursor, accepted: readonly LogBatchToWrite[]): { epoch: number; batchId: number } {
  let last = { epoch: cursor.epoch, batchId: cursor.batch_id };
  for (const { epoch, batchId } of accepted) if (epoch >= last.epoch) last = { epoch, batchId };
  return last;
}
