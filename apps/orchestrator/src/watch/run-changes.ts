import type { Clock } from '@millrace/clock';
import { type ChangedFlowRun, type Database, findChangedFlowRuns, type Signals } from '@millrace/db';
import type { Logger } from '@millrace/telemetry';
import { pollMs } from './follower.ts';

/**
 * How long before an instant a state that was received may still be uncommitted at that instant; with what clocks differ
 * by. Our transactions take milliseconds.
 */
export const overlapMs = 15_000;

// Beyond what Postgres takes in the time of one window here; more is not worth reading.
const mostStates = 100_000;

/**
 * The history was read at `at`: what changed that had not when it was read before; undefined: too much to say. What was
 * received until `at` is now told, but for transactions that were under way.
 */
export type RunChangesListener = (changed: readonly ChangedFlowRun[] | undefined, at: number) => void;

/**
 * The net under the signals of runs, one for all watchers of this process: reads the history again and again while there
 * is anybody to tell, and at once after signals may have been missed.
 */
export interface RunChanges extends AsyncDisposable {
  /** Tells the listener what is committed after this has resolved, at least. Gives the way to stop it. */
  subscribe(listener: RunChangesListener): Promise<() => void>;
}

export interface RunChangesOptions {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
}

export function openRunChanges({ database, signals, clock, log }: RunChangesOptions): RunChanges {
  const listeners = new Set<RunChangesListener>();
  let reading: { readonly begun: Promise<void> } | undefined;
  let stop = new AbortController();
  let over: Promise<unknown> = Promise.resolve();

  const readSince = (since: number) => findChangedFlowRuns(database, { since: since - overlapMs, mostStates });

  const readOn = async (first: { at: number; changed: ChangedFlowRun[] | undefined }, stopped: AbortSignal) => {
    let { at } = first;
    let known = ordinalsOf(first.changed);
    while (!stopped.aborted) {
      await sleepUntilResync(clock, signals, stopped);
      if (stopped.aborted) return;
      const now = clock.now();
      try {
        const changed = await readSince(at);
        const fresh = changed?.filter(({ id, ordinal }) => (known.get(id) ?? 0) < ordinal);
        known = ordinalsOf(changed);
        at = now;
        for (const listener of listeners) listener(fresh, at);
      } catch (error) {
        // What was not read now is read the next time.
        log.warn({ err: error }, 'changed runs could not be read');
      }
    }
  };

  const begin = () => {
    stop = new AbortController();
    const { signal } = stop;
    const first = (async () => {
      const at = clock.now();
      return { at, changed: await readSince(at) };
    })();
    const begun = first.then(() => undefined);
    const ended = first.then(
      (read) => readOn(read, signal),
      () => undefined,
    );
    over = Promise.all([over, ended]);
    return { begun };
  };

  return {
    async subscribe(listener) {
      listeners.add(listener);
      const unsubscribe = () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop.abort();
        reading = undefined;
      };
      const mine = reading ?? begin();
      reading = mine;
      try {
        await mine.begun;
      } catch (error) {
        if (reading === mine) reading = undefined;
        unsubscribe();
        throw error;
      }
      return unsubscribe;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await over;
    },
  };
}

function ordinalsOf(changed: readonly ChangedFlowRun[] | undefined): ReadonlyMap<string, number> {
  return new Map(changed?.map(({ id, ordinal }) => [id, ordinal]));
}

async function sleepUntilResync(clock: Clock, signals: Signals, stopped: AbortSignal): Promise<void> {
  const resync = new AbortController();
  const unsubscribe = signals.subscribe(({ kind }) => {
    if (kind === 'resync') resync.abort();
  });
  await clock.sleep(pollMs, AbortSignal.any([stopped, resync.signal]));
  unsubscribe();
}
