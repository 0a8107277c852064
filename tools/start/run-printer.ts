import { timestampMs } from '@bufbuild/protobuf/wkt';
import { isoTime, visibleText } from '@millrace/cli';
import type { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import type { FlowRunEvent, MillraceClient } from 'millrace/client';

/** Prints runs as they go on: a line per state and per line of their output. */
export interface RunPrinter {
  /** Prints a run from its beginning to its end, unless that is being done; resolves with the state that it ended in. */
  follow(flowRunId: string): Promise<StateType | undefined>;
}

export interface RunPrinterOptions {
  readonly client: MillraceClient;
  readonly print: (line: string) => void;
  /** Ends all following. */
  readonly stop: AbortSignal;
}

export function runPrinter({ client, print, stop }: RunPrinterOptions): RunPrinter {
  const followed = new Map<string, Promise<StateType | undefined>>();
  const show = async (flowRunId: string) => {
    let name = flowRunId;
    let last: StateType | undefined;
    try {
      for await (const event of client.watchFlowRun(flowRunId, { signal: stop })) {
        if (event.type === 'state') {
          name = event.flowRun.name;
          last = event.state.type;
        }
        print(lineOf(event, name));
      }
    } catch (error) {
      // A run deleted meanwhile has nothing more to say; neither has a server that is being stopped.
      if (!stop.aborted) print(`${name}  can't be followed any more: ${String(error)}`);
    } finally {
      followed.delete(flowRunId);
    }
    return last;
  };
  return {
    follow(flowRunId) {
      const following = followed.get(flowRunId) ?? show(flowRunId);
      followed.set(flowRunId, following);
      return following;
    },
  };
}

function lineOf(event: FlowRunEvent, name: string): string {
  const { timestamp } = event.type === 'state' ? event.state : event.record;
  const time = timestamp ? isoTime(timestampMs(timestamp)).slice('2026-01-31T'.length) : '';
  const { state } = event.type === 'state' ? event : { state: undefined };
  const said = event.type === 'log' ? `| ${visibleText(event.record.message)}` : '';
  const became = state ? [state.name, visibleText(state.message)].filter(Boolean).join(': ') : '';
  return `${time.padEnd(13)} ${name}  ${said}${became}`;
}
