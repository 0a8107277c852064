import type { Executor } from '../connection/statement.ts';
import { statement } from '../connection/statement.ts';
import { deleteQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges, type FlowRunChange } from '../transitions/apply-changes.ts';
import { changeFlowRun } from '../transitions/change-flow-run.ts';
import type { LockedFlowRun } from '../transitions/flow-run-row.ts';
import { lockFreeFlowRuns } from '../transitions/lock-flow-runs.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';
import { readOpenPlaces } from './read-work-queues.ts';

/** A run that now belongs to who claimed it. */
export interface ClaimedRun {
  readonly flowRunId: string;
  readonly epoch: number;
}

export interface ClaimOptions {
  readonly queueIds: readonly string[];
  /** Who is to hold the runs; its lease must be alive. */
  readonly holderId: string;
  readonly limit: number;
  readonly now: number;
  readonly actor: string;
  readonly newId: () => string;
}

// Shared: an expiry of this holder, which takes the row exclusively, comes before this claim or after it.
const holdHolder = statement<{ id: string }>(
  'share_holder',
  'select id from millrace.holder where id = $1 for key share',
);

/**
 * Hands due runs of queues to a holder, within the caller's transaction: locks, decides in memory, writes in a set. What
 * other claims have locked is passed over, and looked at no further than is needed.
 */
export async function claimFlowRuns(
  executor: Executor,
  options: ClaimOptions,
): Promise<{ claimed: ClaimedRun[]; signals: Signal[] }> {
  const [holder, places] = await Promise.all([
    executor.run(holdHolder, [options.holderId]),
    readOpenPlaces(executor, options.queueIds),
  ]);
  if (holder.length === 0 || places.size === 0) return { claimed: [], signals: [] };
  const changes = await choose(executor, places, options);
  const signals = await applyChanges(executor, changes, options.now);
  return { claimed: changes.map(({ image }) => ({ flowRunId: image.id, epoch: image.epoch })), signals };
}

async function choose(
  executor: Executor,
  places: Map<string, number>,
  options: ClaimOptions,
): Promise<FlowRunChange[]> {
  const chosen: FlowRunChange[] = [];
  const tried = new Set<string>();
  // Usually once. Again, and deeper, only where other claims have locked what came first.
  for (let depth = options.limit; chosen.length < options.limit && places.size > 0; depth *= 4) {
    const found = await findCandidates(executor, [...places.keys()], { now: options.now, limit: depth });
    const fresh = found.filter((candidate) => !tried.has(candidate.flow_run_id));
    const wanted = fresh.slice(0, 2 * (options.limit - chosen.length));
    for (const candidate of wanted) tried.add(candidate.flow_run_id);
    const runs = await lockFreeFlowRuns(executor, [...new Set(wanted.map((candidate) => candidate.flow_run_id))]);
    await take(executor, { wanted, runs, places, chosen }, options);
    if (found.length < depth && wanted.length === fresh.length) break;
  }
  return chosen;
}

interface Offer {
  readonly wanted: readonly Candidate[];
  readonly runs: readonly LockedFlowRun[];
  readonly places: Map<string, number>;
  readonly chosen: FlowRunChange[];
}

/** Claims from what was locked, in the candidates' order; clears away entries of runs that don't wait any more. */
async function take(executor: Executor, offer: Offer, options: ClaimOptions): Promise<void> {
  const runs = new Map(offer.runs.map((run) => [run.image.id, run]));
  const stale: string[] = [];
  for (const { flow_run_id, work_queue_id } of offer.wanted) {
    const run = runs.get(flow_run_id);
    const open = offer.places.get(work_queue_id) ?? 0;
    if (!run || open <= 0 || offer.chosen.length >= options.limit) continue;
    // Two queues may have offered it.
    runs.delete(flow_run_id);
    const proposal = {
      by: { kind: 'claim', holderId: options.holderId, workQueueId: work_queue_id },
      state: { type: 'PENDING' },
      actor: options.actor,
      requestId: null,
      infrastructure: {},
    } as const;
    const { answer, change } = changeFlowRun(run, undefined, proposal, options);
    if (change) {
      offer.chosen.push(change);
      if (open > 1) offer.places.set(work_queue_id, open - 1);
      else offer.places.delete(work_queue_id);
    } else if (answer.status === 'ABORT') {
      stale.push(flow_run_id);
    }
  }
  if (stale.length > 0) await deleteQueueEntries(executor, stale);
}
