import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationMs } from '@bufbuild/protobuf/wkt';
import type { Clock, Timer } from '@millrace/clock';
import {
  type Assignment,
  type DispatchRequestSchema,
  type DispatchResponse,
  type Stop,
  type Welcome,
  WorkQueueService,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import type { RpcChannel } from '@millrace/rpc/grpc-client';
import { type Heartbeat, startHeartbeat } from './heartbeat.ts';
import { sendQueue } from './send-queue.ts';

type Request = NonNullable<MessageInitShape<typeof DispatchRequestSchema>['message']>;
export type Hello = Extract<Request, { case: 'hello' }>['value'];

export interface DispatchStreamOptions {
  readonly channel: RpcChannel;
  readonly clock: Clock;
  readonly hello: Hello;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onAssignment: (assignment: Assignment) => void;
  readonly onStop: (stop: Stop) => void;
}

/** Why a stream ended. */
export type StreamEnd =
  /** The server stops; another copy of it should be used. */
  | 'drained'
  /** The server says nothing any more. */
  | 'silent'
  /** Either side closed it. */
  | 'closed';

const welcomeWithinMs = 10_000;
const closeWithinMs = 1_000;

/** One dispatch stream, from Hello to its end. */
export class DispatchStream {
  readonly #options: DispatchStreamOptions;
  readonly #outgoing = sendQueue<{ message: Request }>();
  readonly #over = new AbortController();
  #end: StreamEnd | undefined;
  #heartbeat: Heartbeat | undefined;
  #timer: Timer;

  constructor(options: DispatchStreamOptions) {
    this.#options = options;
    this.#timer = options.clock.setTimer(welcomeWithinMs, () => this.#abandon('silent'));
    this.send({ case: 'hello', value: options.hello });
  }

  send(message: Request): void {
    this.#outgoing.push({ message });
  }

  /** Ends the stream when what was sent before has arrived; nothing is taken from it any more. */
  close(): void {
    if (this.#end) return;
    this.#end = 'closed';
    this.#outgoing.close();
    this.#timer.cancel();
    this.#timer = this.#options.clock.setTimer(closeWithinMs, () => this.#over.abort());
  }

  /** Resolves with the reason when the stream has ended; rejects if it failed. */
  async run(): Promise<StreamEnd> {
    const { channel } = this.#options;
    try {
      const responses = channel
        .client(WorkQueueService)
        .dispatch(this.#outgoing.items(), { signal: this.#over.signal });
      for await (const { message } of responses) if (!this.#end) this.#received(message);
      return this.#end ?? 'closed';
    } catch (error) {
      if (this.#end) return this.#end;
      throw error;
    } finally {
      this.#timer.cancel();
      this.#heartbeat?.[Symbol.dispose]();
      this.#outgoing.close();
    }
  }

  #received(message: DispatchResponse['message']): void {
    const { onWelcome, onAssignment, onStop } = this.#options;
    if (message.case === 'welcome') {
      this.#timer.cancel();
      this.#beat(message.value);
      onWelcome(message.value);
    } else if (message.case === 'assignment') onAssignment(message.value);
    else if (message.case === 'stop') onStop(message.value);
    else if (message.case === 'heartbeatAck') this.#heartbeat?.echoed(message.value.sequence);
    else if (message.case === 'drain') this.#abandon('drained');
  }

  #beat({ heartbeatInterval }: Welcome): void {
    this.#heartbeat = startHeartbeat({
      clock: this.#options.clock,
      intervalMs: heartbeatInterval ? durationMs(heartbeatInterval) : 5_000,
      beat: (sequence) => this.send({ case: 'heartbeat', value: { sequence } }),
      onSilence: () => this.#abandon('silent'),
    });
  }

  #abandon(end: StreamEnd): void {
    this.#end ??= end;
    this.#over.abort();
  }
}
