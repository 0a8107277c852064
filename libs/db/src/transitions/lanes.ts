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

const mostLanes = 2;
const mostItems = 500;

/**
 * A free lane takes all that waits, so an item on its own goes at once and batches grow with the load. Items of a run
 * that another lane has at work wait for it, and what can't be written takes with it what its run says after it: so the
 * states of a run are written in the order in which they were given.
 */
export function openTransitionLanes(database: Database, signals: Signals, options: LaneOptions): TransitionLanes {
  return new Lanes(database, signals, options);
}

class Lanes implements TransitionLanes {
  readonly #signals: Signals;
  readonly #clock: Clock;
  readonly #batchSize: number;
  readonly #all: readonly DedicatedConnection[];
  readonly #free: DedicatedConnection[];
  readonly #busyRuns = new Set<string>();
  readonly #working = new Set<Promise<void>>();
  #waiting: Waiting[] = [];
  #aboutToPump = false;
  #isClosed = false;

  constructor(database: Database, signals: Signals, { clock, lanes = mostLanes, batchSize = mostItems }: LaneOptions) {
    this.#signals = signals;
    this.#clock = clock;
    this.#batchSize = batchSize;
    this.#all = Array.from({ length: lanes }, () => dedicatedConnection(database, 'millrace transitions'));
    this.#free = [...this.#all];
  }

  submit(item: FlowRunItem): Promise<ItemAnswer> {
    if (this.#isClosed) return Promise.reject(new ConnectionLostError('the lanes are closed'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      // What is given in the same turn goes together, however many they are.
      if (this.#aboutToPump) return;
      this.#aboutToPump = true;
      queueMicrotask(() => {
        this.#aboutToPump = false;
        this.#pump();
      });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    while (this.#aboutToPump || this.#working.size > 0) await Promise.all(this.#working);
    await Promise.all(this.#all.map((lane) => lane[Symbol.asyncDispose]()));
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const lane = this.#free.pop();
      if (!lane) return;
      const batch = this.#take();
      if (batch.length === 0) return void this.#free.push(lane);
      const runs = new Set(batch.map(({ item }) => item.flowRunId));
      for (const run of runs) this.#busyRuns.add(run);
      const task = this.#work(lane, batch).finally(() => {
        for (const run of runs) this.#busyRuns.delete(run);
        this.#free.push(lane);
        this.#working.delete(task);
        this.#pump();
      });
      this.#working.add(task);
    }
  }

  #take(): Waiting[] {
    const batch: Waiting[] = [];
    const rest: Waiting[] = [];
    for (const entry of this.#waiting)
      (batch.length < this.#batchSize && !this.#busyRuns.has(entry.item.flowRunId) ? batch : rest).push(entry);
    this.#waiting = rest;
    return batch;
  }

  async #work(lane: DedicatedConnection, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(lane, batch);
    } catch (error) {
      // None of them is to blame for a lost connection, and one try each would take the time of all of them.
      if (batch.length === 1 || error instanceof ConnectionLostError) return this.#refuse(batch, error);
      await this.#writeEach(lane, batch);
    }
  }

  /** One bad item must not fail another run's. */
  async #writeEach(lane: DedicatedConnection, batch: readonly Waiting[]): Promise<void> {
    let left = batch;
    while (left.length > 0) {
      const [entry, ...rest] = left;
      if (!entry) return;
      left = rest;
      try {
        await this.#write(lane, [entry]);
      } catch (error) {
        const isOwn = !(error instanceof ConnectionLostError);
        const failed = isOwn ? rest.filter(({ item }) => item.flowRunId === entry.item.flowRunId) : rest;
        left = isOwn ? rest.filter(({ item }) => item.flowRunId !== entry.item.flowRunId) : [];
        this.#refuse([entry, ...failed], error);
      }
    }
  }

  async #write(lane: DedicatedConnection, batch: readonly Waiting[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#apply(lane, batch);
      } catch (error) {
        if (!isRetriable(error) || attempt === mostAttempts) throw error;
      }
    }
  }

  async #apply(lane: DedicatedConnection, batch: readonly Waiting[]): Promise<void> {
    const context = { now: this.#clock.now(), newId: () => newId(this.#clock) };
    const items = batch.map(({ item }) => item);
    const result = await lane.transaction((executor) => applyItems(executor, items, context));
    // First the callers, then the onlookers.
    batch.forEach(({ resolve }, index) => {
      const answer = result.answers[index];
      if (answer) resolve(answer);
    });
    this.#signals.publish(result.signals);
  }

  #refuse(failed: readonly Waiting[], error: unknown): void {
    const runs = new Set(failed.map(({ item }) => item.flowRunId));
    const followers = this.#waiting.filter(({ item }) => runs.has(item.flowRunId));
    this.#waiting = this.#waiting.filter(({ item }) => !runs.has(item.flowRunId));
    for (const { reject } of [...failed, ...followers]) reject(error);
  }
}
