import type { Client } from '@connectrpc/connect';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import type { LogRecord } from '@millrace/contracts/millrace/v1/log_record_pb';
import { type State, StateType } from '@millrace/contracts/millrace/v1/state_pb';
import type { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { type WatchEvent, type WatchOptions, watchSubjects } from './watch-subjects.ts';

/** What happens to a run. */
export type FlowRunEvent =
  /** It entered a state; `flowRun` is the run as it was when this was sent. */
  | { readonly type: 'state'; readonly state: State; readonly flowRun: FlowRun }
  | { readonly type: 'log'; readonly record: LogRecord };

const terminal: readonly StateType[] = [StateType.COMPLETED, StateType.FAILED, StateType.CANCELLED, StateType.CRASHED];

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
  for await (const event of watchSubjects(client, subjects, options)) {
    yield* eventsOf(event);
    if (isFinal(event)) return;
  }
}

function* eventsOf(event: WatchEvent): Generator<FlowRunEvent> {
  if (event.type === 'logs') for (const record of event.records) yield { type: 'log', record };
  if (event.type !== 'flow-run') return;
  for (const state of event.states) yield { type: 'state', state, flowRun: event.flowRun };
}

// A crash with attempts left is followed by AwaitingRetry: the run's own state counts, once it has been told.
function isFinal(event: WatchEvent): boolean {
  if (event.type !== 'flow-run') return false;
  const { state } = event.flowRun;
  return state !== undefined && terminal.includes(state.type) && event.states.at(-1)?.id === state.id;
}
