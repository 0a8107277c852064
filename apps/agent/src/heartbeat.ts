import type { Clock, Timer } from '@millrace/clock';

export interface Heartbeat extends Disposable {
  /** The other side has echoed one. */
  echoed(sequence: bigint): void;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly beat: (sequence: bigint) => void;
  /** Two were not echoed in time: nobody is there. */
  readonly onSilence: () => void;
}

const mostMissed = 2n;

/** Sends a heartbeat at each interval, the first at once, and watches for the echoes. */
export function startHeartbeat({ clock, intervalMs, beat, onSilence }: HeartbeatOptions): Heartbeat {
  let sent = 0n;
  let heard = 0n;
  let timer: Timer | undefined;
  const next = () => {
    if (sent - heard >= mostMissed) return onSilence();
    sent += 1n;
    beat(sent);
    timer = clock.setTimer(intervalMs, next);
  };
  next();
  return {
    echoed(sequence) {
      if (sequence > heard) heard = sequence;
    },
    [Symbol.dispose]: () => timer?.cancel(),
  };
}
