import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Client, Code } from '@connectrpc/connect';
import type { Clock } from '@millrace/clock';
import { BackOff } from '@millrace/clock/back-off';
import { systemClock } from '@millrace/clock/system';
import type { Agent } from '@millrace/contracts/millrace/v1/agent_pb';
import type { FlowRunFilterSchema } from '@millrace/contracts/millrace/v1/flow_run_filter_pb';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import type { WatchResponse, WatchService, WatchSubjectSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import type { WorkQueue } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { MillraceError } from '@millrace/rpc/errors';

export { isTerminal } from './is-terminal.ts';

/** One thing to follow. */
export type WatchedSubject = {
  /** The cursor of the last event that was seen of it. Default: from the beginning. */
  readonly cursor?: string;
} & (
  | /** The states of one run. */ { readonly type: 'flow-run'; readonly flowRunId: string }
  | /** What one run logs. */ { readonly type: 'logs'; readonly flowRunId: string }
  | {
      /** Runs by a filter: first the newest that match, then each that changes. */
      readonly type: 'flow-runs';
      /** Default: all. */
      readonly filter?: MessageInitShape<typeof FlowRunFilterSchema>;
      /** How many of the newest come first. Default 50, at most 200. */
      readonly limit?: number;
    }
  | /** All work queues, whenever one changes. */ { readonly type: 'work-queues' }
  | /** All agents, whenever one changes. */ { readonly type: 'agents' }
);

/** What happened to a subject. */
export type WatchEvent = {
  /** The subject's place in the list. */
  readonly subject: number;
  /** Where the subject is now, for going on later. */
  readonly cursor: string;
} & (
  | {
      /** The run entered states. */
      readonly type: 'flow-run';
      /** As it was when this was sent. */
      readonly flowRun: FlowRun;
      /** Oldest first. */
      readonly states: readonly State[];
    }
  | { readonly type: 'logs'; readonly records: readonly LogRecord[] }
  | {
      readonly type: 'flow-runs';
      /** Runs that match, whole; a run may come again without having changed. */
      readonly flowRuns: readonly FlowRun[];
      /** Runs that changed and don't match any more, if they did, and runs that were deleted. */
      readonly leftIds: readonly string[];
      /** What was known before is to be forgotten. */
      readonly reset: boolean;
    }
  | { readonly type: 'work-queues'; readonly workQueues: readonly WorkQueue[] }
  | { readonly type: 'agents'; readonly agents: readonly Agent[] }
);

/** Options of {@link watchSubjects}. */
export interface WatchOptions {
  /** Ends it, without an error. Default: it goes on until its loop is left. */
  readonly signal?: AbortSignal | undefined;
  /** Times silence and the back-off of reconnects. Default: the machine's. */
  readonly clock?: Clock;
  /** Told when the server is heard of ("open"), and when the stream is lost and a new one is tried ("lost"). */
  readonly onStatus?: (status: 'open' | 'lost') => void;
}

// The server gives a sign of life every 10 s.
const SILENCE_MS = 25_000;

/**
 * Follows subjects (1 to 16) as what happens to them comes, over as many streams as that takes: one that is lost is
 * followed by another that goes on from the last cursors. Throws what the server refuses, such as NOT_FOUND. Needs
 * nothing of Node.
 */
export async function* watchSubjects(
  client: Client<typeof WatchService>,
  subjects: readonly WatchedSubject[],
  options: WatchOptions = {},
): AsyncGenerator<WatchEvent, void> {
  const { clock = systemClock, signal, onStatus } = options;
  const cursors = subjects.map(({ cursor = '' }) => cursor);
  const backOff = new BackOff(clock);
  while (!signal?.aborted) {
    using stream = new HeardStream(clock, signal);
    try {
      const request = { subjects: subjects.map((subject, place) => subjectOf(subject, cursors[place] ?? '')) };
      for await (const response of client.watch(request, { signal: stream.signal })) {
        if (stream.heard()) onStatus?.('open');
        backOff.reset();
        const event = eventOf(response);
        if (!event) continue;
        yield event;
        // Only what was taken counts as seen.
        cursors[event.subject] = event.cursor;
      }
    } catch (error) {
      if (!signal?.aborted && !stream.signal.aborted && !isPassing(error)) throw error;
    }
    if (signal?.aborted) return;
    onStatus?.('lost');
    await backOff.wait(signal);
  }
}

/** Gives a stream up when nothing was heard for too long. */
class HeardStream implements Disposable {
  readonly #silent = new AbortController();
  readonly #clock: Clock;
  #timer: { cancel(): void } | undefined;
  #isHeard = false;
  readonly signal: AbortSignal;

  constructor(clock: Clock, signal: AbortSignal | undefined) {
    this.#clock = clock;
    this.signal = signal ? AbortSignal.any([signal, this.#silent.signal]) : this.#silent.signal;
    this.#listen();
  }

  /** True for the first time. */
  heard(): boolean {
    const isFirst = !this.#isHeard;
    this.#isHeard = true;
    this.#listen();
    return isFirst;
  }

  #listen(): void {
    this.#timer?.cancel();
    this.#timer = this.#clock.setTimer(SILENCE_MS, () => this.#silent.abort());
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel();
    this.#silent.abort();
  }
}

function subjectOf(subject: WatchedSubject, cursor: string): MessageInitShape<typeof WatchSubjectSchema> {
  switch (subject.type) {
    case 'flow-run':
      return { subject: { case: 'flowRunId', value: subject.flowRunId }, cursor };
    case 'logs':
      return { subject: { case: 'logsOfFlowRunId', value: subject.flowRunId }, cursor };
    case 'flow-runs': {
      const { filter, limit = 0 } = subject;
      return { subject: { case: 'flowRuns', value: { ...(filter && { filter }), limit } }, cursor };
    }
    case 'work-queues':
      return { subject: { case: 'workQueues', value: {} }, cursor };
    case 'agents':
      return { subject: { case: 'agents', value: {} }, cursor };
  }
}

/** Undefined for a sign of life, and for what a newer server may say. */
function eventOf({ subject, cursor, event }: WatchResponse): WatchEvent | undefined {
  const at = { subject, cursor };
  switch (event.case) {
    case 'flowRun': {
      const { flowRun, states } = event.value;
      return flowRun && { ...at, type: 'flow-run', flowRun, states };
    }
    case 'logs':
      return { ...at, type: 'logs', records: event.value.records };
    case 'flowRuns': {
      const { flowRuns, leftIds, reset } = event.value;
      return { ...at, type: 'flow-runs', flowRuns, leftIds, reset };
    }
    case 'workQueues':
      return { ...at, type: 'work-queues', workQueues: event.value.workQueues };
    case 'agents':
      return { ...at, type: 'agents', agents: event.value.agents };
    default:
      return undefined;
  }
}

// A server that stops, restarts, or is out of reach; a stream that a proxy cut.
function isPassing(error: unknown): boolean {
  const { code } = MillraceError.from(error);
  return [Code.Unavailable, Code.Aborted, Code.DeadlineExceeded, Code.Canceled].includes(code);
}
