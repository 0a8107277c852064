import { create } from '@bufbuild/protobuf';
import { createConnectQueryKey, useQuery as useRpc } from '@connectrpc/connect-query';
import { FlowRunService, GetFlowRunResponseSchema } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import { Code, MillraceError } from '@millrace/rpc/errors';
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { transport } from '../../api.ts';
import type { LiveEvent } from '../../live/live-connection.ts';
import { useLive } from '../../live/use-live.ts';
import { appendLog, emptyLog, type RunLog } from './run-log.ts';
import { appendStates } from './run-states.ts';

const noStates: readonly State[] = [];
const { getFlowRun } = FlowRunService.method;

/** A run with its history and its log, kept up to date. */
export function useFlowRun(id: string) {
  const queryClient = useQueryClient();
  const run = useRpc(getFlowRun, { id });
  const statesKey = ['flow-run-states', id];
  const logKey = ['flow-run-log', id];
  // A stream with a subject that does not exist is refused as a whole, so the run is asked for first.
  const isThere = run.data !== undefined && !isMissing(run.error);
  const states = useQuery<readonly State[]>({ queryKey: statesKey, queryFn: skipToken, structuralSharing: false });
  const log = useQuery<RunLog>({ queryKey: logKey, queryFn: skipToken, structuralSharing: false });

  useLive(`states ${id}`, isThere ? { type: 'flow-run', flowRunId: id } : undefined, (events) => {
    queryClient.setQueryData(statesKey, (known: readonly State[] = noStates) => appendStates(known, events));
    const flowRun = latestRun(events);
    if (!flowRun) return;
    const queryKey = createConnectQueryKey({ schema: getFlowRun, input: { id }, transport, cardinality: 'finite' });
    // An answer that is under way may be older than this.
    void queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData(queryKey, create(GetFlowRunResponseSchema, { flowRun }));
  });
  useLive(`log ${id}`, isThere ? { type: 'logs', flowRunId: id } : undefined, (events) =>
    queryClient.setQueryData(logKey, (known: RunLog = emptyLog) => appendLog(known, events)),
  );
  return { run, states: states.data ?? noStates, log: log.data ?? emptyLog };
}

function latestRun(events: readonly LiveEvent[]) {
  const last = events.findLast(({ event }) => event.type === 'flow-run')?.event;
  return last?.type === 'flow-run' ? last.flowRun : undefined;
}

/** Whether there is no such run; also where the address has an id that can't be one. */
export function isMissing(error: unknown): boolean {
  return error !== null && [Code.NotFound, Code.InvalidArgument].includes(MillraceError.from(error).code);
}
