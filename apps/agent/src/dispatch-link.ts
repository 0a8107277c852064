import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { Assignment, Stop, Welcome } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import type { Logger } from '@millrace/telemetry';
import { DispatchStream, type Hello } from './dispatch-stream.ts';

/** The agent's side of the dispatch stream, kept connected. */
export interface DispatchLink extends AsyncDisposable {
  /** A place has become free. Without a connection that need not be said: the next one begins with all that are free. */
  credit(slots: number): void;
  /** @param refusedReason why the run is not taken; empty: it is */
  acknowledge(flowRunId: string, epoch: number, refusedReason: string): void;
  /** From here on nothing is assigned, while the lease of what is held is still renewed. */
  stopTaking(): void;
}

export interface DispatchLinkOptions {
  /** Of schedulers; several with commas between. */
  readonly urls: string;
  readonly open: (urls: string) => RpcChannel;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who the agent is and what it holds at the moment. */
  readonly hello: () => Hello;
  /** How many places are free at the moment: credit ends with each stream. */
  readonly freeSlots: () => number;
  readonly onAssignment: (assignment: Assignment) => void;
  readonly onStop: (stop: Stop) => void;
}

/** Connects at once, and again whenever the stream ends, at first with hardly a delay. */
export function openDispatchLink(options: DispatchLinkOptions): DispatchLink {
  const { clock, log, onAssignment, onStop } = options;
  const stop = new AbortController();
  const backOff = new BackOff(clock, { firstMs: 50 });
  let urls = options.urls.split(',');
  let stream: DispatchStream | undefined;
  let taking = true;
  let failures = 0;
  let missingBefore: readonly string[] = [];

  const keepConnected = async () => {
    while (!stop.signal.aborted) {
      try {
        const end = await hold();
        log.debug({ end }, 'the dispatch stream ended');
        // One that stops or says nothing is tried last.
        if (end !== 'closed') urls = [...urls.slice(1), ...urls.slice(0, 1)];
      } catch (error) {
        failures += 1;
        // That it still does not work is no news.
        log[failures === 1 ? 'warn' : 'debug']({ err: error }, 'no dispatch stream; trying again');
      }
      if (!stop.signal.aborted) await backOff.wait(stop.signal);
    }
  };

  /** One stream, from Hello to its end. */
  const hold = async () => {
    // A channel of its own, so that a connection that is dead without knowing it is not used again.
    using channel = options.open(urls.join(','));
    const opened = new DispatchStream({ channel, clock, hello: options.hello(), onWelcome, onAssignment, onStop });
    stream = opened;
    const free = taking ? options.freeSlots() : 0;
    if (free > 0) opened.send({ case: 'credit', value: { slots: free } });
    try {
      return await opened.run();
    } finally {
      stream = undefined;
    }
  };

  const onWelcome = ({ missingWorkQueueNames: missing }: Welcome) => {
    backOff.reset();
    failures = 0;
    log.info({ scheduler: urls[0] }, 'connected');
    for (const name of missing.filter((each) => !missingBefore.includes(each)))
      log.warn(
        `there is no work queue '${name}' yet; it is served as soon as it is made: millrace work-queue create '${name}'`,
      );
    missingBefore = missing;
  };

  const running = keepConnected();
  return {
    credit(slots) {
      if (taking) stream?.send({ case: 'credit', value: { slots } });
    },
    acknowledge: (flowRunId, epoch, refusedReason) =>
      stream?.send({ case: 'ack', value: { flowRunId, epoch, refusedReason } }),
    stopTaking() {
      taking = false;
      // Credit can't be taken back, but it ends with its stream; the next one begins without any.
      stream?.close();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      stream?.close();
      await running;
    },
  };
}
