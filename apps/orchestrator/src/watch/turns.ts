import type { Clock } from '@millrace/clock';
import type { Follower, WatchEvent } from './follower.ts';

interface Turn {
  readonly follower: Follower;
  woken: boolean;
  lookedAt: number;
}

/** When each of a stream's followers is to look. */
export interface Turns extends Disposable {
  /** Lets those look whose time has come. */
  look(): AsyncGenerator<WatchEvent, void>;
  /** Resolves when one is to look, at `latest` (epoch milliseconds) or when `abort` is aborted. */
  wait(latest: number, abort: AbortSignal): Promise<void>;
}

/**
 * A follower that was woken looks at once, unless it looked a moment ago; one that was woken while it looked looks once
 * more, and not for each time.
 * @param open makes the followers, given each one's way to be woken
 */
export function openTurns(clock: Clock, open: readonly ((wake: () => void) => Follower)[]): Turns {
  let notify = () => {};
  const turns = open.map((make): Turn => {
    const wake = () => {
      if (turn.woken) return;
      turn.woken = true;
      notify();
    };
    const turn: Turn = { follower: make(wake), woken: true, lookedAt: Number.NEGATIVE_INFINITY };
    return turn;
  });
  const dueAt = ({ follower, woken, lookedAt }: Turn) => lookedAt + (woken ? follower.pauseMs : follower.pollMs);

  return {
    async *look() {
      for (const turn of turns) {
        if (dueAt(turn) > clock.now()) continue;
        turn.woken = false;
        turn.lookedAt = clock.now();
        yield* turn.follower.news();
      }
    },
    async wait(latest, abort) {
      while (!abort.aborted) {
        const delayMs = Math.min(latest, ...turns.map(dueAt)) - clock.now();
        if (delayMs <= 0) return;
        await new Promise<void>((resolve) => {
          const done = () => {
            timer.cancel();
            abort.removeEventListener('abort', done);
            notify = () => {};
            resolve();
          };
          const timer = clock.setTimer(delayMs, done);
          notify = done;
          abort.addEventListener('abort', done);
        });
      }
    },
    [Symbol.dispose]() {
      for (const { follower } of turns) follower[Symbol.dispose]();
    },
  };
}
