import { type Clock, sleepOn } from './clock.ts';

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Moves on by `ms`, firing what becomes due, in order, letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  readonly pending: number;
}

/** @param start the first instant; default 2026-01-01T00:00Z */
export function virtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  let nextId = 0;
  const timers = new Map<number, { at: number; fire: () => void }>();

  const nextDue = (until: number) => {
    let first: [number, { at: number; fire: () => void }] | undefined;
    for (const entry of timers) if (entry[1].at <= until && (!first || entry[1].at < first[1].at)) first = entry;
    return first;
  };
  // One turn of the event loop, so that whatever the timer's promises led to has happened.
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  const clock: VirtualClock = {
    now: () => now,
    setTimer(delayMs, fire) {
      const id = nextId++;
      timers.set(id, { at: now + Math.max(delayMs, 0), fire });
      return { cancel: () => void timers.delete(id) };
    },
    sleep: (delayMs, signal) => sleepOn(clock, delayMs, signal),
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let due = nextDue(until); due; due = nextDue(until)) {
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].fire();
        await settle();
      }
      now = until;
    },
    get pending() {
      return timers.size;
    },
  };
  return clock;
}
