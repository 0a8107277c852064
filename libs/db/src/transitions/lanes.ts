import { type Clock, newId } from '@millrace/clock';
import type { Database } from '../connection/database.ts';
import {
  ConnectionLostError,
  type DedicatedConnection,
  dedicatedConnection,
} from '../connection/dedicated-connection.ts';
import { isRetriable, mostAttempts } from '../connection/retriable.ts';
import type { Signals } from '../signals/signals.ts';
import { applyItems, type FlowRunItem, type ItemAnswer } from './apply-items.ts';

export type { FlowRunItem, ItemAnswer } from './apply-items.ts';

/** The way in for state changes: gathers them into batches without ever waiting for a batch to fill. */
export interface TransitionLanes extends AsyncDisposable {
  /** Resolves after commit. Rejects if the database could not be asked; the item may then be given again. */
  submit(item: FlowRunItem): Promise<ItemAnswer>;
}

interface Waiting {
  readonly item: FlowRunItem;
  readonly resolve: (answer: ItemAnswer) => void;
  readonly reject: (error: unknown) => void;
}

export interface LaneOptions {
  readonly clock: Clock;
  /** Connections, each with at most one batch under way. Default 2: more were slower on two cores. */
  readonly lanes?: number;
  /** Most items of a batch. Default 500. */
  readonly batchSize?: number;
}

/**
 * A free lane takes all that waits, so an item on its own goes at once and batches grow with the load. Items of a run
 * that another lane has at work wait for it: so the states of a run are written in the order in which they were given.
 */
export function openTransitionLanes(database: Database, signals: Signals, options: LaneOptions): TransitionLanes {
  const { clock, lanes = 2, batchSize = 500 } = options;
  const free: DedicatedConnection[] = [];
  const all = Array.from({ length: lanes }, () => dedicatedConnection(database, 'millrace transitions'));
  free.push(...all);
  const busyRuns = new Set<string>();
  let waiting: Waiting[] = [];
  let aboutToPump = false;
  const working = new Set<Promise<void>>();

  const take = () => {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    for (const entry of waiting)
      (batch.length < batchSize && !busyRuns.has(entry.item.flowRunId) ? batch : rest).push(entry);
    waiting = rest;
    return batch;
  };

  const apply = async (lane: DedicatedConnection, batch: readonly Waiting[]) => {
    const context = { now: clock.now(), newId: () => newId(clock) };
    const result = await lane.transaction((executor) =>
      applyItems(
        executor,
        batch.map(({ item }) => item),
        context,
      ),
    );
    // First the callers, then the onlookers.
    batch.forEach(({ resolve }, index) => {
      const answer = result.answers[index];
      if (answer) resolve(answer);
    });
    signals.publish(result.signals);
  };

  const work = async (lane: DedicatedConnection, batch: readonly Waiting[], attempt = 1): Promise<void> => {
    try {
      await apply(lane, batch);
    } catch (error) {
      if (isRetriable(error) && attempt < mostAttempts) return work(lane, batch, attempt + 1);
      // None of them is to blame for a lost connection, and one try each would take the time of all of them.
      if (batch.length === 1 || error instanceof ConnectionLostError) {
        for (const { reject } of batch) reject(error);
        return;
      }
      // One bad item must not fail another's.
      for (const entry of batch) await work(lane, [entry]);
    }
  };

  const pump = () => {
    while (waiting.length > 0) {
      const lane = free.pop();
      if (!lane) return;
      const batch = take();
      if (batch.length === 0) return void free.push(lane);
      const runs = new Set(batch.map(({ item }) => item.flowRunId));
      for (const run of runs) busyRuns.add(run);
      const task = work(lane, batch).finally(() => {
        for (const run of runs) busyRuns.delete(run);
        free.push(lane);
        working.delete(task);
        pump();
      });
      working.add(task);
    }
  };

  return {
    submit(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        // What is given in the same turn goes together, however many they are.
        if (aboutToPump) return;
        aboutToPump = true;
        queueMicrotask(() => {
          aboutToPump = false;
          pump();
        });
      });
    },
    async [Symbol.asyncDispose]() {
      while (aboutToPump || working.size > 0) await Promise.all(working);
      await Promise.all(all.map((lane) => lane[Symbol.asyncDispose]()));
    },
  };
}
