import { enumToJson } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { type StateType, StateTypeSchema } from '@millrace/contracts/millrace/v1/state_pb';
import type { FlowRunEvent, MillraceClient } from 'millrace/client';
import { isoTime } from '../times.ts';
import type { DevEvent } from './dev-event.ts';

/** Tells of runs as they go on: an event per state and per line of their output. */
export interface RunFollower {
  /** Tells of a run from its beginning to its end, unless that is or was done; resolves with the state that it ended in. */
  follow(flowRunId: string): Promise<StateType | undefined>;
}

export interface RunFollowerOptions {
  readonly client: MillraceClient;
  readonly tell: (event: DevEvent) => void;
  /** Ends all following. */
  readonly ended: AbortSignal;
}

export function followRuns({ client, tell, ended }: RunFollowerOptions): RunFollower {
  const followed = new Map<string, Promise<StateType | undefined>>();
  const show = async (flowRunId: string) => {
    let flowRun = flowRunId;
    let last: StateType | undefined;
    try {
      for await (const event of client.watchFlowRun(flowRunId, { signal: ended })) {
        if (event.type === 'state') {
          flowRun = event.flowRun.name;
          last = event.state.type;
        }
        tell(toDevEvent(event, { flowRunId, flowRun }));
      }
    } catch (error) {
      followed.delete(flowRunId);
      // A run deleted meanwhile has nothing more to say; neither has a server that is being stopped.
      if (!ended.aborted) tell({ event: 'unfollowed', flowRunId, flowRun, why: String(error) });
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

function toDevEvent(event: FlowRunEvent, run: { flowRunId: string; flowRun: string }): DevEvent {
  const { timestamp } = event.type === 'state' ? event.state : event.record;
  const time = timestamp ? isoTime(timestampMs(timestamp)) : '';
  if (event.type === 'state') {
    const { type, name, message } = event.state;
    return { event: 'state', time, ...run, type: String(enumToJson(StateTypeSchema, type)), name, message };
  }
  const { level, logger, message } = event.record;
  return { event: 'log', time, ...run, level, logger, message };
}
