import { systemClock } from '@millrace/clock';
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

const mostDrainMs = 1_000;

/** Serves the work queues and their dispatch, and runs the loops. */
export async function startScheduler(options: AppOptions): Promise<RunningApp> {
  await using stack = new AsyncDisposableStack();
  const claimer = stack.use(openClaimer(options));
  const streams = new Set<Promise<void>>();
  const { readyAgents = openReadyAgents() } = options;
  const draining = new AbortController();
  const context: Context = { ...options, readyAgents, claimer, streams, draining: draining.signal };
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
      dispatch: (requests) => dispatch(context, requests),
    }),
  ];
  const drain = async () => {
    draining.abort();
    using timeout = new DisposableStack();
    const over = new Promise<void>((resolve) => {
      const timer = systemClock.setTimer(mostDrainMs, resolve);
      timeout.defer(() => timer.cancel());
    });
    await Promise.race([Promise.all(streams), over]);
  };
  const started = stack.move();
  return { services, drain, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
