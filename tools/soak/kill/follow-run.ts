import type { FlowRunEvent, MillraceClient } from 'millrace/client';

/** Someone who watches a run through all of it. */
export interface Follower {
  readonly events: readonly FlowRunEvent[];
  /** Resolves when the stream has ended, with the error that ended it, if there was one. */
  readonly ended: Promise<unknown>;
}

export function followRun(client: MillraceClient, flowRunId: string, signal: AbortSignal): Follower {
  const events: FlowRunEvent[] = [];
  const follow = async () => {
    try {
      for await (const event of client.watchFlowRun(flowRunId, { signal })) events.push(event);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  return { events, ended: follow() };
}
