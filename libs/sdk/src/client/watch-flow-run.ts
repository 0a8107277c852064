import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type State, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import type { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { isTerminal } from './is-terminal.ts';
import { type WatchEvent, type WatchOptions, watchSubjects } from './watch-subjects.ts';

/** What happens to a run. */
export type FlowRunEvent =
  /** It entered a state; `flowRun` is the run as it was when this was sent. */
  | { readonly type: 'state'; readonly state: State; readonly flowRun: FlowRun }
  | { readonly type: 'log'; readonly record: LogRecord };

/** Follows a run to its end, over as many streams as that takes. */
export async function* watchFlowRun(
  client: Client<typeof WatchService>,
  flowRunId: string,
  options: WatchOptions = {},
): AsyncGenerator<FlowRunEvent> {
  const subjects = [
    { type: 'flow-run', flowRunId },
    { type: 'logs', flowRunId },
  ] as const;
  // Come before the state that they were written in, since the server tells states in batches.
  let early: LogRecord[] = [];
  let isRunning = false;
  for await (const event of watchSubjects(client, subjects, options)) {
    if (event.type === 'logs' && isRunning) yield* event.records.map(logEvent);
    else if (event.type === 'logs') early.push(...event.records);
    if (event.type !== 'flow-run') continue;
    yield* inOrder(event, early);
    early = [];
    isRunning = event.states.at(-1)?.type === StateType.RUNNING;
    if (isFinal(event)) return;
  }
  yield* early.map(logEvent);
}

type RunEvent = Extract<WatchEvent, { type: 'flow-run' }>;

/** States, each after the records that were written before it; no record comes after a last state other than RUNNING. */
function* inOrder({ flowRun, states }: RunEvent, records: readonly LogRecord[]): Generator<FlowRunEvent> {
  let told = 0;
  for (const [index, state] of states.entries()) {
    const isRunning = state.type === StateType.RUNNING;
    const isLast = index === states.length - 1;
    for (; told < records.length; told++) {
      const record = records[told];
      const later = millisecondsOf(record) - millisecondsOf(state);
      if (!record || (isRunning ? later >= 0 : later > 0 && !isLast)) break;
      yield logEvent(record);
    }
    yield { type: 'state', state, flowRun };
  }
  yield* records.slice(told).map(logEvent);
}

function logEvent(record: LogRecord): FlowRunEvent {
  return { type: 'log', record };
}

function millisecondsOf(moment: State | LogRecord | undefined): number {
  return moment?.timestamp ? timestampMs(moment.timestamp) : 0;
}

// A crash with attempts left is followed by AwaitingRetry: the run's own state counts, once it has been told.
function isFinal(event: RunEvent): boolean {
  const { state } = event.flowRun;
  return state !== undefined && isTerminal(state.type) && event.states.at(-1)?.id === state.id;
}
