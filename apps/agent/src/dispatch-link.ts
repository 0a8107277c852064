import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs } from '@bufbuild/protobuf/wkt';
import type { Clock, Timer } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import {
  type Assignment,
  type DispatchRequestSchema,
  type DispatchResponse,
  type Stop,
  type Welcome,
  WorkQueueService,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import type { Logger } from '@millrace/telemetry';
import { sendQueue } from './send-queue.ts';

type Request = MessageInitShape<typeof DispatchRequestSchema>;
type Hello = Extract<NonNullable<Request['message']>, { case: 'hello' }>['value'];

/** The agent's side of the dispatch stream, kept connected. */
export interface DispatchLink extends AsyncDisposable {
  /** A place has become free. */
  credit(slots: number): void;
  acknowledge(flowRunId: string, epoch: number): void;
}

export interface DispatchLinkOptions {
  /** To the scheduler. */
  readonly channel: RpcChannel;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who the agent is and what it holds at the moment. */
  readonly hello: () => Hello;
  /** How many places are free at the moment: credit ends with each stream. */
  readonly freeSlots: () => number;
  readonly onAssignment: (assignment: Assignment) => void;
  readonly onStop: (stop: Stop) => void;
}

/** Connects at once, and again whenever the stream ends, at first without delay. */
export function openDispatchLink(options: DispatchLinkOptions): DispatchLink {
  const { clock, log } = options;
  const stop = new AbortController();
  let send: ((request: Request) => void) | undefined;

  const keepConnected = async () => {
    const backOff = new BackOff(clock, { firstMs: 50 });
    while (!stop.signal.aborted) {
      try {
        await hold(() => backOff.reset());
        log.debug('the dispatch stream ended');
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ err: error }, 'the dispatch stream was lost');
      }
      send = undefined;
      if (!stop.signal.aborted) await backOff.wait(stop.signal);
    }
  };

  /** One stream, from Hello to its end. */
  const hold = async (connected: () => void) => {
    const cancel = new AbortController();
    const signal = AbortSignal.any([stop.signal, cancel.signal]);
    const outgoing = sendQueue<Request>(signal);
    using heartbeats = heartbeat(
      clock,
      (sequence) => outgoing.push({ message: { case: 'heartbeat', value: { sequence } } }),
      () => cancel.abort(new Error('two heartbeats were not answered')),
    );
    outgoing.push({ message: { case: 'hello', value: options.hello() } });
    const responses = options.channel.client(WorkQueueService).dispatch(outgoing.items(), { signal });
    for await (const { message } of responses) {
      if (message.case === 'welcome') {
        connected();
        welcome(message.value);
        heartbeats.start(message.value.heartbeatInterval ? durationMs(message.value.heartbeatInterval) : 5_000);
        send = outgoing.push;
        if (options.freeSlots() > 0) outgoing.push(creditOf(options.freeSlots()));
      } else if (message.case === 'heartbeatAck') heartbeats.answered();
      else if (message.case === 'drain') return cancel.abort();
      else take(message);
    }
  };

  const take = (message: DispatchResponse['message']) => {
    if (message.case === 'assignment') options.onAssignment(message.value);
    if (message.case === 'stop') options.onStop(message.value);
  };

  const welcome = ({ missingWorkQueueNames: missing }: Welcome) => {
    log.info('connected');
    for (const name of missing)
      log.warn(
        `there is no work queue '${name}' yet; it is served as soon as it is made: millrace work-queue create '${name}'`,
      );
  };

  const running = keepConnected();
  return {
    credit: (slots) => send?.(creditOf(slots)),
    acknowledge: (flowRunId, epoch) => send?.({ message: { case: 'ack', value: { flowRunId, epoch } } }),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}

function creditOf(slots: number): Request {
  return { message: { case: 'credit', value: { slots } } };
}

/** Sends a heartbeat at each interval; two that are not answered are told. */
function heartbeat(clock: Clock, beat: (sequence: bigint) => void, onSilence: () => void) {
  let timer: Timer | undefined;
  let sequence = 0n;
  let unanswered = 0;
  const next = (intervalMs: number) => {
    timer = clock.setTimer(intervalMs, () => {
      if (unanswered >= 2) return onSilence();
      unanswered += 1;
      sequence += 1n;
      beat(sequence);
      next(intervalMs);
    });
  };
  return {
    start: next,
    answered() {
      unanswered = 0;
    },
    [Symbol.dispose]: () => timer?.cancel(),
  };
}
