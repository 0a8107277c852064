import { systemClock } from '@millrace/clock';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { service } from '@millrace/rpc/server';
import { type AppOptions, defaultRetention, openReadyAgents, type RunningApp } from '@millrace/service';
import type { Context } from './context.ts';
import { openClaimer } from './dispatch/claimer.ts';
import { startExpireHolders } from './loops/expire-holders.ts';
import { startExpireRuns } from './loops/expire-runs.ts';
import { startForgetAgents } from './loops/forget-agents.ts';
import type { Loop } from './loops/loop.ts';
import { startMakePartitions } from './loops/make-partitions.ts';
import { startMarkLate } from './loops/mark-late.ts';
import { startRetention } from './loops/retention.ts';
import { startTopUp } from './loops/top-up.ts';
import { createWorkQueue } from './rpc/create-work-queue.ts';
import { dispatch } from './rpc/dispatch.ts';
import { getWorkQueue } from './rpc/get-work-queue.ts';
import { listAgents } from './rpc/list-agents.ts';
import { listWorkQueues } from './rpc/list-work-queues.ts';

const mostDrainMs = 1_000;

/** What is done again and again, by every replica: whichever comes first does what is due. */
const startLoops: readonly ((context: Context) => Loop)[] = [
  startTopUp,
  startMarkLate,
  startExpireRuns,
  startExpireHolders,
  startForgetAgents,
  startMakePartitions,
  startRetention,
];

/** Serves the work queues and their dispatch, and runs the loops. */
export async function startScheduler(options: AppOptions): Promise<RunningApp> {
  await using stack = new AsyncDisposableStack();
  const claimer = stack.use(openClaimer(options));
  const streams = new Set<Promise<void>>();
  const { readyAgents = openReadyAgents(), retention = defaultRetention } = options;
  const draining = new AbortController();
  const context: Context = { ...options, retention, readyAgents, claimer, streams, draining: draining.signal };
  // Their calls have ended by then; what they do at their end needs what is stopped after them.
  stack.defer(async () => void (await Promise.all(streams)));
  const loops = startLoops.map((start) => stack.use(start(context)));
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
  return {
    services,
    drain,
    loops: () => loops.map((loop) => loop.status),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
