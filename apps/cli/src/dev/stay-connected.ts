import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import { Health } from '@millrace/contracts/grpc/health/v1/health_pb';
import { openHttp } from '@millrace/rpc/http-client';

export interface StayConnectedOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly onLost: () => void;
  readonly onRestored: () => void;
  /** Ends it. */
  readonly ended: AbortSignal;
}

/** Holds a stream to a server and tells when it breaks, once, and when it is there again. Never rejects. */
export async function stayConnected({ url, clock, onLost, onRestored, ended }: StayConnectedOptions): Promise<void> {
  using channel = openHttp(url);
  const backOff = new BackOff(clock);
  let isLost = false;
  while (!ended.aborted) {
    let isHeard = false;
    try {
      for await (const _ of channel.client(Health).watch({ service: '' }, { signal: ended })) {
        if (isLost) onRestored();
        isLost = false;
        isHeard = true;
        backOff.reset();
      }
    } catch {
      // What exactly broke is of no use: it is tried again in any case.
    }
    if (ended.aborted) return;
    // A stream that a proxy cut is there again at once.
    if (!isHeard && !isLost) {
      isLost = true;
      onLost();
    }
    await backOff.wait(ended);
  }
}
