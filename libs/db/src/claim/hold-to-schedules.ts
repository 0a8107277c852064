import { isQueued } from '@millrace/orchestration';
import type { Executor } from '../connection/statement.ts';
import { readGateHolders } from '../gates/read-gate-holders.ts';
import { type Gate, takeGates } from '../gates/take-gates.ts';
import { writeGates } from '../gates/write-gates.ts';
import { mostMissed, mostMissedMs } from '../schedules/plan-fires.ts';
import { type KnownFire, readNewestFires, readOldestGoodFires } from '../schedules/read-newest-fires.ts';
import type { LockedFlowRun } from '../transitions/flow-run-row.ts';
import { type SkipReason, tooLate } from '../transitions/skip-reason.ts';

/** What its schedule makes of a run that is due. */
export type Held =
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  /** At its schedule's gate, in no queue, until who has it has ended. */
  | { readonly kind: 'waits' }
  /** It cannot be said yet; whoever looks again later will know. */
  | { readonly kind: 'unknown' };

/**
 * Holds runs that are due to what their schedules say, in the order in which they would be claimed; gives those that may
 * not go on. Who may go on has its schedule's gate thereby, where there is one. The runs must be locked.
 *
 * @param gates those that this transaction has locked already; more are added
 */
export async function holdToSchedules(
  executor: Executor,
  runs: readonly LockedFlowRun[],
  { now, gates }: { readonly now: number; readonly gates: Map<string, Gate> },
): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  const bound = runs.filter((run) => isBound(run, now));
  if (bound.length === 0) return held;
  const oldest = await readOldest(executor, bound, now);
  for (const run of bound) {
    const reason = byTime(run, oldest(run), now);
    if (reason) held.set(run.image.id, reason);
  }
  const gated = bound.filter(({ image, heldTo }) => heldTo.overlap !== null && !held.has(image.id));
  const before = await lockGates(executor, gated, { gates, held });
  for (const run of gated) {
    const gate = gates.get(run.scheduleId ?? '');
    const verdict = gate ? atGate(run, gate) : ({ kind: 'unknown' } as const);
    if (verdict) held.set(run.image.id, verdict);
    if (gate && verdict?.kind === 'waits') gates.set(gate.schedule_id, { ...gate, waiting_flow_run_id: run.image.id });
  }
  await writeGates(
    executor,
    [...gates.values()].filter((gate) => gate !== before.get(gate.schedule_id)),
  );
  return held;
}

/** Whether anything but its time holds a run back; of most runs nothing does, and nothing is asked about them. */
function isBound(run: LockedFlowRun, now: number): boolean {
  // One that has ended, or is somebody's, since it was found in a queue wants nothing.
  if (!isQueued(run.image)) return false;
  return run.heldTo.overlap !== null || run.heldTo.startBefore !== null || fromWhichOn(run, now) !== undefined;
}

/** From which of its schedule's fires on a run is good; undefined where newer ones say nothing of it. */
function fromWhichOn({ image, heldTo }: LockedFlowRun, now: number): 'newest' | 'oldest good' | undefined {
  // It was started before: nothing is late any more.
  if (image.runCount > 0) return undefined;
  if (heldTo.catchUp === 'latest') return 'newest';
  // A schedule fires at most once a second: earlier than that, so many newer ones have not come.
  const mayBeTooOld = heldTo.catchUp === 'all' && now - image.expectedStartTime >= mostMissed * 1000;
  return mayBeTooOld ? 'oldest good' : undefined;
}

/** By run: that fire, as the ledger has it. */
async function readOldest(executor: Executor, bound: readonly LockedFlowRun[], now: number) {
  const by = Map.groupBy(bound, (run) => fromWhichOn(run, now));
  const [latest = [], all = []] = [by.get('newest'), by.get('oldest good')];
  const schedules = (runs: readonly LockedFlowRun[]) => [...new Set(runs.flatMap((run) => run.scheduleId ?? []))];
  const buffered = all.filter(({ heldTo }) => heldTo.overlap === 'buffer-one').map(({ image }) => image.id);
  const [newest, oldestGood, handedOn] = await Promise.all([
    readNewestFires(executor, schedules(latest), now),
    readOldestGoodFires(executor, schedules(all), now),
    readGateHolders(executor, buffered),
  ]);
  return (run: LockedFlowRun): KnownFire | undefined => {
    const which = fromWhichOn(run, now);
    // Who was let on by an earlier run waited for that, and was not missed.
    if (which === undefined || handedOn.has(run.image.id)) return undefined;
    if (which === 'newest') return newest.get(run.scheduleId ?? '');
    const known = oldestGood.get(run.scheduleId ?? '');
    return { isKnown: known?.isKnown ?? true, fireAt: Math.max(known?.fireAt ?? 0, now - mostMissedMs) };
  };
}

/** Locks the gates of runs as far as that keeps to the order of locks; gives all that are locked as they are written. */
async function lockGates(
  executor: Executor,
  runs: readonly LockedFlowRun[],
  { gates, held }: { readonly gates: Map<string, Gate>; readonly held: ReadonlyMap<string, Held> },
): Promise<Map<string, Gate>> {
  const last = [...gates.keys()].reduce((one, other) => (one > other ? one : other), '');
  const first = new Map<string, string>();
  for (const { image, scheduleId } of runs)
    if (scheduleId !== null && scheduleId > last && !first.has(scheduleId)) first.set(scheduleId, image.id);
  const taken = await takeGates(executor, first);
  const before = new Map([...gates, ...taken]);
  for (const [scheduleId, gate] of taken) {
    // It was kept for one that is skipped now; if nobody waits behind that, the first of these has it.
    const isFree = held.get(gate.flow_run_id)?.kind === 'skipped' && gate.waiting_flow_run_id === null;
    gates.set(scheduleId, isFree ? { ...gate, flow_run_id: first.get(scheduleId) ?? gate.flow_run_id } : gate);
  }
  return before;
}

function byTime({ image, heldTo }: LockedFlowRun, oldest: KnownFire | undefined, now: number): Held | undefined {
  // It was started before: nothing is late any more.
  if (image.runCount > 0) return undefined;
  if (heldTo.startBefore !== null && now > heldTo.startBefore)
    return { kind: 'skipped', reason: tooLate(heldTo.catchUp) };
  if (!oldest) return undefined;
  if (oldest.fireAt !== null && image.expectedStartTime < oldest.fireAt)
    return { kind: 'skipped', reason: heldTo.catchUp === 'latest' ? 'catch-up' : 'expired' };
  return oldest.isKnown ? undefined : { kind: 'unknown' };
}

function atGate({ image, heldTo }: LockedFlowRun, gate: Gate): Held | undefined {
  if (gate.flow_run_id === image.id) return undefined;
  const mayWait = heldTo.overlap === 'buffer-one' || image.runCount > 0;
  if (mayWait && (gate.waiting_flow_run_id ?? image.id) === image.id) return { kind: 'waits' };
  // One that was started is to be ended by its attempts alone.
  return image.runCount > 0 ? { kind: 'unknown' } : { kind: 'skipped', reason: 'overlap' };
}
