import type { Executor } from '../connection/statement.ts';
import { statement } from '../connection/statement.ts';
import { type FlowRunWithCode, readFlowRunsWithCode } from '../flow-runs/read-flow-runs.ts';
import type { Gate } from '../gates/take-gates.ts';
import { deleteQueueEntries } from '../queues/queue-entries.ts';
import type { Signal } from '../signals/signals.ts';
import { applyChanges, type FlowRunChange } from '../transitions/apply-changes.ts';
import { changeFlowRun } from '../transitions/change-flow-run.ts';
import type { LockedFlowRun } from '../transitions/flow-run-row.ts';
import { lockFreeFlowRuns } from '../transitions/lock-flow-runs.ts';
import { skipFlowRun } from '../transitions/skip-flow-run.ts';
import { type Candidate, findCandidates, lockCandidates } from './find-candidates.ts';
import { holdToSchedules } from './hold-to-schedules.ts';
import { readOpenPlaces } from './read-work-queues.ts';

/** A run that now belongs to who claimed it. */
export interface ClaimedRun {
  readonly flowRunId: string;
  readonly epoch: number;
  /** All that it takes to start it; undefined where its code is gone. */
  readonly row: FlowRunWithCode | undefined;
}

/** What a claim gave. */
export interface Claimed {
  readonly claimed: ClaimedRun[];
  /** Whether nothing is due in the queues any more: no use in claiming again before something is added, or falls due. */
  readonly drained: boolean;
  /** Whether another claim at once may give what this one did not get to, because it had others to skip. */
  readonly again: boolean;
  /** To be published once the transaction has committed. */
  readonly signals: Signal[];
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
export async function claimFlowRuns(executor: Executor, options: ClaimOptions): Promise<Claimed> {
  const [holder, { places, isAnyFull }] = await Promise.all([
    executor.run(holdHolder, [options.holderId]),
    readOpenPlaces(executor, options.queueIds),
  ]);
  if (holder.length === 0) return { claimed: [], drained: false, again: false, signals: [] };
  const { chosen, skipped, passedOver } = await choose(executor, places, options);
  const drained = !isAnyFull && !passedOver;
  if (chosen.length + skipped.length === 0) return { claimed: [], drained, again: false, signals: [] };
  const ids = chosen.map(({ image }) => image.id);
  // Given together: what is read is what has just been written.
  const [signals, rows] = await Promise.all([
    applyChanges(executor, [...chosen, ...skipped], options.now),
    ids.length > 0 ? readFlowRunsWithCode(executor, ids) : [],
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const claimed = chosen.map(({ image: { id, epoch } }) => ({ flowRunId: id, epoch, row: byId.get(id) }));
  return { claimed, drained, again: passedOver && skipped.length > 0, signals };
}

// How much deeper than what is wanted, and how many at least are tried there.
const deepest = 4 ** 6;
const fewestDeeper = 64;

async function choose(
  executor: Executor,
  places: Map<string, number>,
  options: ClaimOptions,
): Promise<{ chosen: FlowRunChange[]; skipped: FlowRunChange[]; passedOver: boolean }> {
  const chosen: FlowRunChange[] = [];
  const skipped: FlowRunChange[] = [];
  const gates = new Map<string, Gate>();
  const tried = new Set<string>();
  let passedOver = false;
  // Usually once. Again, and deeper, only where what came first is locked by other claims, or is to be skipped.
  for (let depth = options.limit; chosen.length < options.limit && places.size > 0; depth *= 4) {
    if (depth > options.limit * deepest) break;
    const due = { now: options.now, limit: depth };
    const isFirst = depth === options.limit;
    // At first all that is found is wanted, and locked by a statement that looks for itself and travels along.
    const [found, lockedAtOnce] = await Promise.all([
      findCandidates(executor, [...places.keys()], due),
      isFirst ? lockCandidates(executor, [...places.keys()], due) : undefined,
    ]);
    const fresh = found.filter((candidate) => !tried.has(candidate.flow_run_id));
    if (fresh.length === 0 && !isFirst) break;
    const wanted = fresh.slice(0, Math.max(2 * (options.limit - chosen.length), isFirst ? 0 : fewestDeeper));
    for (const candidate of wanted) tried.add(candidate.flow_run_id);
    const ids = new Set(wanted.map((candidate) => candidate.flow_run_id));
    const runs = lockedAtOnce ?? (await lockFreeFlowRuns(executor, [...ids]));
    const settled = await take(executor, { wanted, runs, places, chosen, skipped, gates }, options);
    passedOver ||= settled < wanted.length || found.length === depth || wanted.length < fresh.length;
    if (found.length < depth && wanted.length === fresh.length) break;
  }
  return { chosen, skipped, passedOver };
}

interface Offer {
  readonly wanted: readonly Candidate[];
  readonly runs: readonly LockedFlowRun[];
  readonly places: Map<string, number>;
  readonly chosen: FlowRunChange[];
  readonly skipped: FlowRunChange[];
  readonly gates: Map<string, Gate>;
}

/**
 * Claims from what was locked, in the candidates' order; clears away entries of runs that don't wait any more, skips what
 * its schedule says is not to be. Gives how many of the candidates are out of the queues thereby.
 */
async function take(executor: Executor, offer: Offer, options: ClaimOptions): Promise<number> {
  const runs = new Map(offer.runs.map((run) => [run.image.id, run]));
  const gone = new Set<string>();
  const stale: string[] = [];
  const inOrder = offer.wanted.flatMap(({ flow_run_id }) => runs.get(flow_run_id) ?? []);
  const held = await holdToSchedules(executor, [...new Set(inOrder)], { now: options.now, gates: offer.gates });
  for (const { flow_run_id, work_queue_id } of offer.wanted) {
    const run = runs.get(flow_run_id);
    if (!run) continue;
    const hold = held.get(flow_run_id);
    if (hold) {
      runs.delete(flow_run_id);
      if (hold.kind === 'waits') stale.push(flow_run_id);
      const change = hold.kind === 'skipped' && skipFlowRun(run, hold.reason, options);
      if (change) offer.skipped.push(change);
      if (change) gone.add(flow_run_id);
      continue;
    }
    const open = offer.places.get(work_queue_id) ?? 0;
    if (open <= 0 || offer.chosen.length >= options.limit) continue;
    // Two queues may have offered it.
    runs.delete(flow_run_id);
    const change = claimRun(run, work_queue_id, options);
    if (change === 'stale') {
      stale.push(flow_run_id);
    } else if (change) {
      offer.chosen.push(change);
      gone.add(flow_run_id);
      if (open > 1) offer.places.set(work_queue_id, open - 1);
      else offer.places.delete(work_queue_id);
    }
  }
  if (stale.length > 0) await deleteQueueEntries(executor, stale);
  for (const id of stale) gone.add(id);
  return offer.wanted.filter((candidate) => gone.has(candidate.flow_run_id)).length;
}

function claimRun(run: LockedFlowRun, workQueueId: string, options: ClaimOptions): FlowRunChange | 'stale' | undefined {
  const proposal = {
    by: { kind: 'claim', holderId: options.holderId, workQueueId },
    state: { type: 'PENDING' },
    actor: options.actor,
    requestId: null,
    infrastructure: {},
  } as const;
  const { answer, change } = changeFlowRun(run, undefined, proposal, options);
  return change ?? (answer.status === 'ABORT' ? 'stale' : undefined);
}
