import { create } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { WatchResponseSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { serviceUrls } from '@millrace/settings';
import { type FlowRunEvent, MillraceClient } from 'millrace/client';
import type { Invocation } from './command.ts';
import { stateText } from './flow-run-text.ts';
import type { Output } from './output.ts';
import { isoTime } from './times.ts';

// What the engine and the agent say about a run is no output of the flow.
const OWN_LOGGERS = ['engine', 'agent'];

/** Shows a run to its end, states on stderr and what the flow says on stdout; gives the state that it ended in. */
export async function followFlowRun({ output, settings }: Invocation, flowRunId: string): Promise<StateType> {
  using client = new MillraceClient({ urls: serviceUrls(settings), actor: 'cli' });
  let last: StateType = StateType.UNSPECIFIED;
  for await (const event of client.watchFlowRun(flowRunId)) {
    if (event.type === 'state') last = event.state.type;
    await show(event, output);
  }
  return last;
}

async function show(event: FlowRunEvent, output: Output): Promise<void> {
  if (output.json) return output.event(WatchResponseSchema, create(WatchResponseSchema, asResponse(event)));
  if (event.type === 'state') return output.note(stateLine(event.state), colourOf(event.state.type));
  if (OWN_LOGGERS.includes(event.record.logger)) output.note(event.record.message);
  else output.line(event.record.message);
}

function asResponse(event: FlowRunEvent) {
  if (event.type === 'log') return { subject: 1, event: { case: 'logs' as const, value: { records: [event.record] } } };
  const { flowRun, state } = event;
  return { subject: 0, event: { case: 'flowRun' as const, value: { flowRun, states: [state] } } };
}

function stateLine(state: State): string {
  return state.timestamp ? `${isoTime(timestampMs(state.timestamp))} ${stateText(state)}` : stateText(state);
}

function colourOf(type: StateType): 'green' | 'red' | 'cyan' {
  if (type === StateType.COMPLETED) return 'green';
  return type === StateType.FAILED || type === StateType.CRASHED ? 'red' : 'cyan';
}
