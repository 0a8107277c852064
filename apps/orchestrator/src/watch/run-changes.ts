import type { Clock } from '@millrace/clock';
import { type ChangedFlowRun, type Database, findChangedFlowRuns, type Signals } from '@millrace/db';
import type { Logger } from '@millrace/telemetry';
import { pollMs } from './follower.ts';

/**
 * How long before an instant a state that was received may still be uncommitted at that instant; with what clocks differ
 * by. Our transactions take milliseconds.
 */
export const overlapMs = 15_000;

/** What a reading goes back while there is too much for the whole overlap. */
const hurriedOverlapMs = 1_000;
/** Of one reading: 5,800 states a second with the whole overlap, 33,000 in a hurry; beyond, watchers begin anew each time. */
const mostStatesOfReading = 100_000;

/**
 * The history was read at `at`: what changed that had not when it was read before; undefined: too much to say. What was
 * received until `at` is now told, but for transactions that were under way.
 */
export type RunChangesListener = (changed: readonly ChangedFlowRun[] | undefined, at: number) => void;

export interface RunChangesOptions {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  /** The most that a reading takes. Default 100,000. */
  readonly mostStates?: number;
}

/** One reading of the end of the history. */
interface Reading {
  readonly at: number;
  readonly changed: readonly ChangedFlowRun[] | undefined;
  /** Until when readings are hurried, if this one was: they may miss what took long to be committed. */
  readonly hurriedUntil?: number;
}

/** The reading again and again, from the first listener to the last. */
interface Watch {
  /** Resolves with the first reading. */
  readonly begun: Promise<Reading>;
  readonly stop: AbortController;
}

/**
 * The net under the signals of runs, one for all watchers of this process: reads the history again and again while there
 * is anybody to tell, and at once after signals may have been missed.
 */
export class RunChanges implements AsyncDisposable {
  readonly #options: RunChangesOptions;
  readonly #listeners = new Set<RunChangesListener>();
  #watch: Watch | undefined;
  #over: Promise<unknown> = Promise.resolve();

  constructor(options: RunChangesOptions) {
    this.#options = options;
  }

  /** Tells the listener what is committed after this has resolved, at least. Gives the way to stop it. */
  async subscribe(listener: RunChangesListener): Promise<() => void> {
    this.#listeners.add(listener);
    this.#watch ??= this.#begin();
    const watch = this.#watch;
    const unsubscribe = () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#end(watch);
    };
    try {
      await watch.begun;
    } catch (error) {
      this.#end(watch);
      unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#watch) this.#end(this.#watch);
    await this.#over;
  }

  #begin(): Watch {
    const stop = new AbortController();
    const begun = this.#read({ at: this.#options.clock.now(), changed: [] });
    const ended = begun.then(
      (first) => this.#goOn(first, stop.signal),
      () => undefined,
    );
    const before = this.#over;
    this.#over = ended.then(() => before);
    return { begun, stop };
  }

  #end(watch: Watch): void {
    watch.stop.abort();
    if (this.#watch === watch) this.#watch = undefined;
  }

  async #goOn(first: Reading, stopped: AbortSignal): Promise<void> {
    const { clock, signals, log } = this.#options;
    let last = first;
    for (;;) {
      await sleepUntilResync(clock, signals, stopped);
      if (stopped.aborted) return;
      try {
        const next = await this.#read(last);
        const fresh = freshOf(last, next);
        last = next;
        for (const listener of this.#listeners) listener(fresh, next.at);
      } catch (error) {
        // What was not read now is read the next time.
        log.warn({ err: error }, 'changed runs could not be read');
      }
    }
  }

  async #read(last: Reading): Promise<Reading> {
    const { clock } = this.#options;
    const at = clock.now();
    const { hurriedUntil } = last;
    const isHurried = hurriedUntil !== undefined && at < hurriedUntil;
    if (!isHurried) {
      const changed = await this.#find(last.at - overlapMs);
      if (changed) return { at, changed };
    }
    const changed = await this.#find(last.at - hurriedOverlapMs);
    return { at, changed, hurriedUntil: isHurried ? hurriedUntil : at + overlapMs };
  }

  #find(since: number): Promise<ChangedFlowRun[] | undefined> {
    const { database, mostStates = mostStatesOfReading } = this.#options;
    return findChangedFlowRuns(database, { since, mostStates });
  }
}

function freshOf(last: Reading, next: Reading): ChangedFlowRun[] | undefined {
  // What hurried readings may have missed is made good once they are over.
  if (last.hurriedUntil !== undefined && next.hurriedUntil === undefined) return undefined;
  const known = new Map(last.changed?.map(({ id, ordinal }) => [id, ordinal]));
  return next.changed?.filter(({ id, ordinal }) => (known.get(id) ?? 0) < ordinal);
}

async function sleepUntilResync(clock: Clock, signals: Signals, stopped: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  stopped.addEventListener('abort', wake);
  if (stopped.aborted) wake();
  const unsubscribe = signals.subscribe(({ kind }) => {
    if (kind === 'resync') wake();
  });
  await clock.sleep(pollMs, woken.signal);
  unsubscribe();
  stopped.removeEventListener('abort', wake);
}
