import { join } from 'node:path';
import { type Clock, newId } from '@millrace/clock';
import { flowRunnerRegistry, OutputSink, ProcessPool, subprocessRunner } from '@millrace/runners';
import { millraceVersion, type ServiceUrls } from '@millrace/settings';
import type { Logger } from '@millrace/telemetry';
import { enginePath } from 'millrace/engine';
import { openDispatchLink } from './dispatch-link.ts';
import { endRuns, type OnStop } from './end-runs.ts';
import { openPackageCache } from './package-cache.ts';
import { openReporter } from './reporter.ts';
import { RunTable } from './run-table.ts';

export interface AgentOptions {
  readonly urls: ServiceUrls;
  /** For people. */
  readonly name: string;
  /** The queues' names; at least one. */
  readonly workQueues: readonly string[];
  /** How many runs at once. Default 4. */
  readonly slots?: number | undefined;
  /** Holds the package cache. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** What runs inherit, less `MILLRACE_*`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default "wait". */
  readonly onStop?: OnStop | undefined;
  /** How long "wait" waits, in milliseconds. Default 30,000. */
  readonly graceMs?: number | undefined;
  /** How many processes wait for runs. Default 2, at most `slots`. */
  readonly idleProcesses?: number | undefined;
  /** Whether what runs print goes on to this process's own output. Default false. */
  readonly streamOutput?: boolean | undefined;
}

/** An agent at work. Disposing stops it, in the way that `onStop` says. */
export interface Agent extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
}

export async function startAgent(options: AgentOptions): Promise<Agent> {
  // Only here, so that importing this package loads no gRPC.
  const { openGrpc } = await import('@millrace/rpc/grpc-client');
  const { urls, name, clock, log, slots = 4 } = options;
  const id = newId(clock);
  await using stack = new AsyncDisposableStack();
  const open = (addresses: string) => openGrpc(addresses, { log, actor: `agent:${name}` });
  const use = (addresses: string) => stack.use(open(addresses));
  const output = options.streamOutput
    ? { stdout: new OutputSink(process.stdout), stderr: new OutputSink(process.stderr) }
    : undefined;
  const pool = stack.use(
    new ProcessPool({
      enginePath,
      size: Math.min(slots, options.idleProcesses ?? 2),
      environment: options.environment,
      compileCache: join(options.home, 'cache', 'compiled'),
      clock,
      log,
      output,
    }),
  );
  const reporter = openReporter({ channel: use(urls.orchestrator), name, clock, log });
  stack.defer(() => reporter.close());
  const context = {
    runners: flowRunnerRegistry([subprocessRunner('universal', pool), subprocessRunner('subprocess', pool)]),
    packages: openPackageCache({ channel: use(urls.deployments), home: options.home, clock, log }),
    reporter,
    urls,
    clock,
    log,
  };
  const runs: RunTable = new RunTable({
    slots,
    context,
    acknowledge: (flowRunId, epoch, refusedReason) => link.acknowledge(flowRunId, epoch, refusedReason),
    onSlotFree: () => link.credit(1),
  });
  const link = openDispatchLink({
    urls: urls.scheduler,
    open,
    clock,
    log,
    hello: () => ({
      agentId: id,
      name,
      workQueueNames: [...options.workQueues],
      flowRunnerTypes: [...context.runners.keys()],
      slots,
      version: millraceVersion,
      runs: runs.held,
    }),
    freeSlots: () => runs.freeSlots,
    onAssignment: (assignment) => runs.take(assignment),
    onStop: (stop) => runs.giveUp(stop),
  });

  const started = stack.move();
  const stop = async () => {
    // The stream goes on while runs end, without credit: it renews their lease.
    link.stopTaking();
    await endRuns(runs, { clock, onStop: options.onStop ?? 'wait', graceMs: options.graceMs ?? 30_000 });
    await link[Symbol.asyncDispose]();
    await started.disposeAsync();
  };
  let stopped: Promise<void> | undefined;
  return {
    id,
    name,
    [Symbol.asyncDispose]() {
      stopped ??= stop();
      return stopped;
    },
  };
}
