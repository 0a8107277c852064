import { type FlowRunImage, isQueued, isTerminal } from '@millrace/orchestration';
import { readLimitedQueues } from '../claim/read-work-queues.ts';
import { toInstant } from '../connection/instant.ts';
import { type Executor, statement } from '../connection/statement.ts';
import { releaseGates } from '../gates/release-gates.ts';
import { deleteQueueEntries, insertQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import type { Infrastructure, LockedFlowRun } from './flow-run-row.ts';
import { insertStates, type StateEntry } from './insert-states.ts';
import type { SkipReason } from './skip-reason.ts';
import { writeFlowRuns } from './write-flow-runs.ts';

/** What one transaction makes of one run that it has locked: any number of states, one last image. */
export interface FlowRunChange {
  readonly before: LockedFlowRun;
  readonly image: FlowRunImage;
  /** In order, at least one. */
  readonly states: readonly StateEntry[];
  readonly acknowledged: boolean;
  readonly infrastructure: Infrastructure;
  /** With a run of a schedule that ends before it was started: why. Default: it was cancelled. */
  readonly skipped?: SkipReason;
}

// A run has the fire that names it: one that was skipped may have got another run since.
const markFires = statement(
  'mark_schedule_fires',
  `update millrace.schedule_fire f set status = n.status, reason = n.reason
   from unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[])
     as n(schedule_id, fire_at, flow_run_id, status, reason)
   where f.schedule_id = n.schedule_id and f.fire_at = n.fire_at and f.flow_run_id = n.flow_run_id
     and f.status = 'scheduled'`,
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
  const moved = changes.filter((change) => !keepsItsPlace(change));
  const wasQueued = moved.filter(({ before }) => isQueued(before.image));
  const nowQueued = moved.filter(({ image }) => isQueued(image));
  const fires = changes.flatMap(outcomeOfFire);
  const through = changes.filter(({ before, image }) => before.heldTo.overlap !== null && isTerminal(image.state.type));
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
    fires.length > 0
      ? executor.run(markFires, [
          fires.map((fire) => fire.scheduleId),
          fires.map((fire) => toInstant(fire.fireAt)),
          fires.map((fire) => fire.flowRunId),
          fires.map((fire) => fire.status),
          fires.map((fire) => fire.reason),
        ])
      : undefined,
    nowQueued.length > 0 ? insertQueueEntries(executor, ids(nowQueued)) : nothing,
    left.length > 0 ? readLimitedQueues(executor, [...new Set(left)]) : [],
  ]);
  const letOn = through.length > 0 ? await releaseGates(executor, ids(through)) : [];
  const queues = new Set([...entries.map((entry) => entry.work_queue_id), ...limited]);
  return [
    ...changes.map(({ image }): Signal => ({ kind: 'flow-run', id: image.id })),
    ...[...queues].map((id): Signal => ({ kind: 'queue', id })),
    ...letOn,
  ];
}

/** Whether a run waits for the same time as before: its places in the queues, or at its schedule's gate, stay. */
function keepsItsPlace({ before, image }: FlowRunChange): boolean {
  const isSameTime = before.image.state.scheduledTime === image.state.scheduledTime;
  return isSameTime && isQueued(before.image) && isQueued(image);
}

interface FireOutcome {
  readonly scheduleId: string;
  readonly fireAt: number;
  readonly flowRunId: string;
  readonly status: 'started' | 'skipped';
  readonly reason: SkipReason | null;
}

/** What the ledger is to say of the fire that a run was made for, where that changes. */
function outcomeOfFire({ before, image, skipped }: FlowRunChange): FireOutcome[] {
  const isDecided = image.runCount > 0 || isTerminal(image.state.type);
  if (!before.scheduleId || before.image.runCount > 0 || !isDecided) return [];
  const fire = { scheduleId: before.scheduleId, fireAt: before.image.expectedStartTime, flowRunId: image.id };
  // One that failed before it was RUNNING was started all the same.
  if (image.runCount > 0 || image.state.type !== 'CANCELLED') return [{ ...fire, status: 'started', reason: null }];
  return [{ ...fire, status: 'skipped', reason: skipped ?? 'cancelled' }];
}

function lastWrite({ image, states, acknowledged, infrastructure }: FlowRunChange) {
  const last = states.at(-1);
  if (!last) throw new RangeError('a change without a state');
  return { image, stateId: last.id, acknowledged, infrastructure, actor: last.actor };
}
