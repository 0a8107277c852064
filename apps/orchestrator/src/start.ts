import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { openLogLane, openTransactionPool, openTransitionLanes } from '@millrace/db';
import { service } from '@millrace/rpc/server';
import type { AppOptions, RunningApp } from '@millrace/service';
import type { Context } from './context.ts';
import { applyTransitions } from './rpc/apply-transitions.ts';
import { createFlowRun } from './rpc/create-flow-run.ts';
import { getFlowRun } from './rpc/get-flow-run.ts';
import { listFlowRunStates } from './rpc/list-flow-run-states.ts';
import { listFlowRuns } from './rpc/list-flow-runs.ts';
import { listLogs } from './rpc/list-logs.ts';
import { renewHolder } from './rpc/renew-holder.ts';
import { watch } from './rpc/watch.ts';
import { writeLogs } from './rpc/write-logs.ts';
import { RunChanges } from './watch/run-changes.ts';

/** Serves what runs are, what becomes of them, and what they say. */
export async function startOrchestrator(options: AppOptions): Promise<RunningApp> {
  const { database, signals, clock } = options;
  await using stack = new AsyncDisposableStack();
  const transitionLanes = stack.use(openTransitionLanes(database, signals, { clock }));
  const logLane = stack.use(openLogLane(database, signals, clock));
  const runChanges = stack.use(new RunChanges(options));
  const transactions = stack.use(openTransactionPool(database, { applicationName: 'millrace called runs', size: 2 }));
  const context: Context = { ...options, transitionLanes, logLane, runChanges, transactions };
  const services = [
    service(FlowRunService, {
      createFlowRun: (request, call) => createFlowRun(context, request, call),
      getFlowRun: (request) => getFlowRun(context, request),
      listFlowRuns: (request) => listFlowRuns(context, request),
      listFlowRunStates: (request) => listFlowRunStates(context, request),
    }),
    service(TransitionService, {
      applyTransitions: (request) => applyTransitions(context, request),
      renewHolder: (request) => renewHolder(context, request),
    }),
    service(LogService, {
      writeLogs: (request) => writeLogs(context, request),
      listLogs: (request) => listLogs(context, request),
    }),
    service(WatchService, {
      watch: (request, call) => watch(context, request, call),
    }),
  ];
  const started = stack.move();
  return { services, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
