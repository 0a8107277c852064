import { type Client, Code } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type State, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import type { WatchResponse, WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { MillraceError } from '@millrace/rpc/errors';

/** What happens to a run. */
export type FlowRunEvent =
  /** It entered a state; `flowRun` is the run as it was when this was sent. */
  | { readonly type: 'state'; readonly state: State; readonly flowRun: FlowRun }
  | { readonly type: 'log'; readonly record: LogRecord };

// The server gives a sign of life every 10 s.
const SILENCE_MS = 25_000;

const terminal: readonly StateType[] = [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED];

/** Follows a run to its end, over as many streams as that takes. */
export async function* watchFlowRun(
  watch: Client<typeof WatchService>,
  flowRunId: string,
  options: { readonly clock: Clock; readonly signal: AbortSignal | undefined },
): AsyncGenerator<FlowRunEvent> {
  const { clock, signal } = options;
  const cursors: [string, string] = ['', ''];
  const backOff = new BackOff(clock);
  while (!signal?.aborted) {
    using attempt = new WatchedStream(clock, signal);
    try {
      const stream = watch.watch({ subjects: subjects(flowRunId, cursors) }, { signal: attempt.signal });
      for await (const response of stream) {
        attempt.heard();
        backOff.reset();
        yield* eventsOf(response);
        if (response.event.case !== 'alive') cursors[response.subject === 0 ? 0 : 1] = response.cursor;
        if (isFinal(response)) return;
      }
    } catch (error) {
      if (!signal?.aborted && !attempt.signal.aborted && !isPassing(error)) throw error;
    }
    if (!signal?.aborted) await backOff.wait(signal);
  }
}

/** Gives a stream up when nothing was heard for too long. */
class WatchedStream implements Disposable {
  readonly #silent = new AbortController();
  readonly #clock: Clock;
  #timer: { cancel(): void } | undefined;
  readonly signal: AbortSignal;

  constructor(clock: Clock, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.signal = signal ? AbortSignal.any([signal, this.#silent.signal]) : this.#silent.signal;
    this.heard();
  }

  heard(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(SILENCE_MS, () => this.#silent.abort());
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#silent.abort();
  }
}

function subjects(flowRunId: string, [states, logs]: readonly [string, string]) {
  return [
    { subject: { case: 'flowRunId' as const, value: flowRunId }, cursor: states },
    { subject: { case: 'logsOfFlowRunId' as const, value: flowRunId }, cursor: logs },
  ];
}

function* eventsOf({ event }: WatchResponse): Generator<FlowRunEvent> {
  if (event.case === 'logs') for (const record of event.value.records) yield { type: 'log', record };
  const flowRun = event.case === 'flowRun' ? event.value.flowRun : undefined;
  if (event.case !== 'flowRun' || !flowRun) return;
  for (const state of event.value.states) yield { type: 'state', state, flowRun };
}

// A crash with attempts left is followed by AwaitingRetry in the same event: the last state counts.
function isFinal({ event }: WatchResponse): boolean {
  const type = event.case === 'flowRun' ? event.value.flowRun?.state?.type : undefined;
  return type !== undefined && terminal.includes(type);
}

// A server that stops, restarts, or is out of reach; a stream that a proxy cut.
function isPassing(error: unknown): boolean {
  const { code } = MillraceError.from(error);
  return [Code.Unavailable, Code.Aborted, Code.DeadlineExceeded, Code.Canceled].includes(code);
}
