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
import { type ToldRuns, toldRuns } from './told-runs.ts';

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
export class FlowRunsFollower implements Follower {
  readonly pauseMs = calmPauseMs;
  readonly pollMs = cursorEveryMs;
  readonly #context: WatchContext;
  readonly #subject: FlowRunsSubject;
  readonly #wake: () => void;
  readonly #told: ToldRuns;
  /** Runs that may have changed since they were told of. */
  readonly #pending = new Set<string>();
  readonly #ending = new DisposableStack();
  #mustBeginAnew = false;
  /** What was received until then is told or pending. */
  #heardTo: number;
  #toldAt: number;
  #begun = false;

  constructor(context: WatchContext, subject: FlowRunsSubject, wake: () => void) {
    this.#context = context;
    this.#subject = subject;
    this.#wake = wake;
    this.#told = toldRuns(context.clock, 2 * overlapMs);
    this.#heardTo = context.clock.now();
    this.#toldAt = this.#heardTo;
    const unsubscribe = context.signals.subscribe(({ kind, id }) => {
      if (kind !== 'flow-run') return;
      this.#add(id);
      wake();
    });
    this.#ending.defer(unsubscribe);
  }

  async *news(): AsyncGenerator<WatchEvent, void> {
    if (!this.#begun) return yield* this.#begin();
    if (this.#mustBeginAnew) return yield* this.#newest();
    yield* this.#changes();
    if (this.#context.clock.now() - this.#toldAt >= cursorEveryMs) yield this.#event({});
  }

  [Symbol.dispose](): void {
    this.#ending.dispose();
  }

  async *#begin(): AsyncGenerator<WatchEvent, void> {
    this.#begun = true;
    const unsubscribe = await this.#context.runChanges.subscribe((changed, at) => this.#onRead(changed, at));
    this.#ending.defer(unsubscribe);
    yield* (await this.#findMissed()) ? this.#changes() : this.#newest();
  }

  /** Takes up what changed after the cursor; false where that is too much, or too long ago. */
  async #findMissed(): Promise<boolean> {
    const { since } = this.#subject;
    const now = this.#context.clock.now();
    this.#heardTo = now;
    if (since === undefined || now - since > longestAwayMs) return false;
    const missed = await findChangedFlowRuns(this.#context.database, {
      since: Math.min(since, now) - overlapMs,
      mostStates: mostMissedStates,
    });
    if (!missed || missed.length > mostMissed) return false;
    for (const { id } of missed) this.#add(id);
    return true;
  }

  async *#newest(): AsyncGenerator<WatchEvent, void> {
    const at = this.#context.clock.now();
    const { filter, limit } = this.#subject;
    this.#pending.clear();
    this.#mustBeginAnew = false;
    // Until all of it has been told a client that goes on begins anew.
    this.#subject.since = undefined;
    const rows = await listFlowRuns(this.#context.database, { filter, sort: 'sort_at', after: undefined, limit });
    for (const row of rows) this.#told.note(row.id, row.state_count);
    const parts = partsOf(rows.map(flowRunMessage));
    for (const [index, flowRuns] of parts.entries()) {
      if (index === parts.length - 1) this.#subject.since = at;
      yield this.#event({ flowRuns, reset: index === 0 });
    }
  }

  async *#changes(): AsyncGenerator<WatchEvent, void> {
    const to = this.#heardTo;
    const ids = [...this.#pending];
    this.#pending.clear();
    for (let from = 0; from < ids.length; from += mostAtOnce) {
      const chunk = ids.slice(from, from + mostAtOnce);
      const { flowRuns, leftIds, stateCounts } = await readNamedFlowRuns(
        this.#context.database,
        chunk,
        this.#subject.filter,
      );
      for (const id of chunk) this.#told.note(id, stateCounts.get(id) ?? deletedOrdinal);
      if (flowRuns.length + leftIds.length === 0) continue;
      const parts = partsOf(flowRuns.map(flowRunMessage));
      for (const [index, part] of parts.entries()) {
        const isEnd = index === parts.length - 1;
        if (isEnd && from + mostAtOnce >= ids.length) this.#subject.since = to;
        yield this.#event({ flowRuns: part, leftIds: isEnd ? leftIds : [] });
      }
    }
    this.#subject.since = to;
  }

  #onRead(changed: readonly ChangedFlowRun[] | undefined, at: number): void {
    this.#heardTo = at;
    if (changed) for (const { id, ordinal } of changed) if (!this.#told.knows(id, ordinal)) this.#add(id);
    if (!changed) this.#mustBeginAnew = true;
    if (this.#pending.size > 0 || this.#mustBeginAnew) this.#wake();
  }

  #add(id: string): void {
    this.#pending.add(id);
    if (this.#pending.size <= mostPending) return;
    this.#pending.clear();
    this.#mustBeginAnew = true;
  }

  #event(value: { flowRuns?: FlowRun[]; leftIds?: string[]; reset?: boolean }): WatchEvent {
    this.#toldAt = this.#context.clock.now();
    const { place } = this.#subject;
    return { subject: place, cursor: cursorOf(this.#subject), event: { case: 'flowRuns', value } };
  }
}

/** At least one, be it empty. */
function partsOf(flowRuns: FlowRun[]): FlowRun[][] {
  return flowRuns.length > 0 ? [...bySize(flowRuns, sizeOf)] : [[]];
}

function sizeOf(flowRun: FlowRun): number {
  // With what names it in its list.
  return toBinary(FlowRunSchema, flowRun).byteLength + 6;
}
