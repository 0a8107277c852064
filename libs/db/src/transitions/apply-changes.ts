import { type FlowRunImage, isQueued } from '@millrace/orchestration';
import { readLimitedQueues } from '../claim/read-work-queues.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { deleteQueueEntries, insertQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import type { Infrastructure, LockedFlowRun } from './flow-run-row.ts';
import { insertStates, type StateEntry } from './insert-states.ts';
import { writeFlowRuns } from './write-flow-runs.ts';

/** What one transaction makes of one run that it has locked: any number of states, one last image. */
export interface FlowRunChange {
  readonly before: LockedFlowRun;
  readonly image: FlowRunImage;
  /** In order, at least one. */
  readonly states: readonly StateEntry[];
  readonly acknowledged: boolean;
  readonly infrastructure: Infrastructure;
}

const markFiresStarted = statement(
  'mark_fires_started',
  `update millrace.schedule_fire set status = 'started' where flow_run_id = any($1::uuid[]) and status = 'scheduled'`,
);

/**
 * Writes decisions: rows, history, queue entries, the fire ledger, in a constant number of statements. Gives the
 * wake-ups to publish once the transaction has committed.
 */
export async function applyChanges(
  executor: Executor,
  changes: readonly FlowRunChange[],
  now: number,
): Promise<Signal[]> {
  if (changes.length === 0) return [];
  // By a server whose clock is a little ahead a run may be made after this; its history is looked for from then on.
  const received = Math.max(now, ...changes.map(({ before }) => before.created));
  const ids = (chosen: readonly FlowRunChange[]) => chosen.map(({ image }) => image.id);
  const wasQueued = changes.filter(({ before }) => isQueued(before.image));
  const nowQueued = changes.filter(({ image }) => isQueued(image));
  const started = changes.filter(
    ({ before, image }) => before.scheduleId && before.image.runCount === 0 && image.runCount > 0,
  );
  // Who waits for a place of theirs may go on.
  const left = changes.flatMap(({ before, image }) =>
    before.image.holderId && !image.holderId && before.image.workQueueId ? [before.image.workQueueId] : [],
  );
  const nothing: { work_queue_id: string }[] = [];
  // Given together, so that on a dedicated connection they travel together.
  const [, , , , entries, limited] = await Promise.all([
    writeFlowRuns(executor, changes.map(lastWrite), now),
    insertStates(
      executor,
      changes.flatMap(({ states }) => states),
      received,
    ),
    wasQueued.length > 0 ? deleteQueueEntries(executor, ids(wasQueued)) : undefined,
    started.length > 0 ? executor.run(markFiresStarted, [ids(started)]) : undefined,
    nowQueued.length > 0 ? insertQueueEntries(executor, ids(nowQueued)) : nothing,
    left.length > 0 ? readLimitedQueues(executor, [...new Set(left)]) : [],
  ]);
  const queues = new Set([...entries.map((entry) => entry.work_queue_id), ...limited]);
  return [
    ...changes.map(({ image }): Signal => ({ kind: 'flow-run', id: image.id })),
    ...[...queues].map((id): Signal => ({ kind: 'queue', id })),
  ];
}

function lastWrite({ image, states, acknowledged, infrastructure }: FlowRunChange) {
  const last = states.at(-1);
  if (!last) throw new RangeError('a change without a state');
  return { image, stateId: last.id, acknowledged, infrastructure, actor: last.actor };
}
