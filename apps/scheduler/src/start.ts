import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { service } from '@millrace/rpc/server';
import { type AppOptions, openReadyAgents, type RunningApp } from '@millrace/service';
import type { Context } from './context.ts';
import { openClaimer } from './dispatch/claimer.ts';
import { startExpireHolders } from './loops/expire-holders.ts';
import { startForgetAgents } from './loops/forget-agents.ts';
import { startMakePartitions } from './loops/make-partitions.ts';
import { startTopUp } from './loops/top-up.ts';
import { createWorkQueue } from './rpc/create-work-queue.ts';
import { dispatch } from './rpc/dispatch.ts';
import { getWorkQueue } from './rpc/get-work-queue.ts';
import { listAgents } from './rpc/list-agents.ts';
import { listWorkQueues } from './rpc/list-work-queues.ts';

/** Serves the work queues and their dispatch, and runs the loops. */
export async function startScheduler(options: AppOptions): Promise<RunningApp> {
  await using stack = new AsyncDisposableStack();
  const claimer = stack.use(openClaimer(options));
  const streams = new Set<Promise<void>>();
  const { readyAgents = openReadyAgents() } = options;
  const context: Context = { ...options, readyAgents, claimer, streams };
  // Their calls have ended by then; what they do at their end needs what is stopped after them.
  stack.defer(async () => void (await Promise.all(streams)));
  stack.use(startTopUp(context));
  stack.use(startExpireHolders(context));
  stack.use(startForgetAgents(context));
  stack.use(startMakePartitions(context));
  const services = [
    service(WorkQueueService, {
      createWorkQueue: (request, call) => createWorkQueue(context, request, call),
      getWorkQueue: (request) => getWorkQueue(context, request),
      listWorkQueues: (request) => listWorkQueues(context, request),
      listAgents: (request) => listAgents(context, request),
      dispatch: (requests, call) => dispatch(context, requests, call),
    }),
  ];
  const started = stack.move();
  return { services, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
