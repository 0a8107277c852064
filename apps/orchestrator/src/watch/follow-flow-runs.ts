import { toBinary } from '@bufbuild/protobuf';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import {
  type ChangedFlowRun,
  deletedOrdinal,
  findChangedFlowRuns,
  flowRunMessage,
  listFlowRuns,
  readNamedFlowRuns,
} from '@millrace/db';
import { bySize } from '../messages/by-size.ts';
import { calmPauseMs, type Follower, type WatchContext, type WatchEvent } from './follower.ts';
import { overlapMs } from './run-changes.ts';
import { cursorOf, type FlowRunsSubject } from './subject.ts';
import { toldRuns } from './told-runs.ts';

// A cursor beyond either is answered with the newest runs: cheaper for both sides than all that was missed.
const mostMissed = 1_000;
const longestAwayMs = 3_600_000;
// Of these runs' histories, before they are counted by run.
const mostMissedStates = 10_000;
// A reader that is further behind begins anew.
const mostPending = 20_000;
// Read by one statement: each may have half a mebibyte of parameters.
const mostAtOnce = 200;
// A watcher of a quiet filter gets a cursor that often, lest it grows too old to go on from.
const cursorEveryMs = 300_000;

/** Follows the runs of a filter: woken by signals that name them, with the history read now and then as the net. */
export function followFlowRuns(context: WatchContext, subject: FlowRunsSubject, wake: () => void): Follower {
  const { database, signals, clock, runChanges } = context;
  const { filter, limit, place } = subject;
  const told = toldRuns(clock, 2 * overlapMs);
  const pending = new Set<string>();
  let mustBeginAnew = false;
  /** What was received until then is told or pending. */
  let heardTo = 0;
  let toldAt = clock.now();
  let begun = false;
  let closed = false;
  let endNet = () => {};

  const add = (id: string) => {
    pending.add(id);
    if (pending.size <= mostPending) return;
    pending.clear();
    mustBeginAnew = true;
  };

  const endSignals = signals.subscribe(({ kind, id }) => {
    if (kind !== 'flow-run') return;
    add(id);
    wake();
  });

  const onRead = (changed: readonly ChangedFlowRun[] | undefined, at: number) => {
    heardTo = at;
    if (changed) for (const { id, ordinal } of changed) if (!told.knows(id, ordinal)) add(id);
    if (!changed) mustBeginAnew = true;
    if (pending.size > 0 || mustBeginAnew) wake();
  };

  const eventOf = (value: { flowRuns?: FlowRun[]; leftIds?: string[]; reset?: boolean }): WatchEvent => {
    toldAt = clock.now();
    return { subject: place, cursor: cursorOf(subject), event: { case: 'flowRuns', value } };
  };

  async function* newest(): AsyncGenerator<WatchEvent, void> {
    const at = clock.now();
    pending.clear();
    mustBeginAnew = false;
    // Until all of it has been told a client that goes on begins anew.
    subject.since = undefined;
    const rows = await listFlowRuns(database, { filter, sort: 'sort_at', after: undefined, limit });
    for (const row of rows) told.note(row.id, row.state_count);
    const parts = [...bySize(rows.map(flowRunMessage), sizeOf)];
    for (const [index, flowRuns] of parts.entries()) {
      if (index === parts.length - 1) subject.since = at;
      yield eventOf({ flowRuns, reset: index === 0 });
    }
    if (parts.length > 0) return;
    subject.since = at;
    yield eventOf({ reset: true });
  }

  async function* changes(): AsyncGenerator<WatchEvent, void> {
    const to = heardTo;
    const ids = [...pending];
    pending.clear();
    for (let from = 0; from < ids.length; from += mostAtOnce) {
      const chunk = ids.slice(from, from + mostAtOnce);
      const { flowRuns, leftIds, stateCounts } = await readNamedFlowRuns(database, chunk, filter);
      for (const id of chunk) told.note(id, stateCounts.get(id) ?? deletedOrdinal);
      const isLast = from + mostAtOnce >= ids.length;
      const parts = [...bySize(flowRuns.map(flowRunMessage), sizeOf)];
      if (parts.length === 0 && leftIds.length > 0) parts.push([]);
      for (const [index, part] of parts.entries()) {
        const isEnd = index === parts.length - 1;
        if (isEnd && isLast) subject.since = to;
        yield eventOf({ flowRuns: part, leftIds: isEnd ? leftIds : [] });
      }
    }
    subject.since = to;
  }

  /** What there is after the cursor; false where that is too much, or too long ago. */
  const findMissed = async (cursor: number | undefined): Promise<boolean> => {
    heardTo = clock.now();
    if (cursor === undefined || heardTo - cursor > longestAwayMs) return false;
    const since = Math.min(cursor, heardTo) - overlapMs;
    const missed = await findChangedFlowRuns(database, { since, mostStates: mostMissedStates });
    if (!missed || missed.length > mostMissed) return false;
    for (const { id } of missed) add(id);
    return true;
  };

  async function* begin(): AsyncGenerator<WatchEvent, void> {
    begun = true;
    const unsubscribe = await runChanges.subscribe(onRead);
    if (closed) return unsubscribe();
    endNet = unsubscribe;
    yield* (await findMissed(subject.since)) ? changes() : newest();
  }

  return {
    pauseMs: calmPauseMs,
    pollMs: cursorEveryMs,
    async *news() {
      if (!begun) return yield* begin();
      if (mustBeginAnew) return yield* newest();
      yield* changes();
      if (clock.now() - toldAt >= cursorEveryMs) yield eventOf({});
    },
    [Symbol.dispose]() {
      closed = true;
      endSignals();
      endNet();
    },
  };
}

function sizeOf(flowRun: FlowRun): number {
  // With what names it in its list.
  return toBinary(FlowRunSchema, flowRun).byteLength + 6;
}
