import { join } from 'node:path';
import { type Clock, newId } from '@millrace/clock';
import type { Assignment, Stop } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { flowRunnerRegistry, OutputSink, ProcessPool, subprocessRunner } from '@millrace/runners';
import { millraceVersion, type ServiceUrls } from '@millrace/settings';
import type { Logger } from '@millrace/telemetry';
import { enginePath } from 'millrace/engine';
import { openDispatchLink } from './dispatch-link.ts';
import { openPackageCache } from './package-cache.ts';
import { openReporter } from './reporter.ts';
import { executeRun, type RunExecution } from './run-execution.ts';

/**
 * What becomes of running work when the agent is stopped: it may end within the grace period and is cancelled then
 * ("wait"), is cancelled at once ("cancel"), or goes on by itself ("leave").
 */
export type OnStop = 'wait' | 'cancel' | 'leave';

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
  /** Told of each run that is taken. */
  readonly onRun?: (flowRunId: string) => void;
}

/** An agent at work. Disposing stops it, in the way that `onStop` says. */
export interface Agent extends AsyncDisposable {
  readonly id: string;
  readonly name: string;
}

export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { urls, name, clock, log, slots = 4 } = options;
  const id = newId(clock);
  await using stack = new AsyncDisposableStack();
  const open = (addresses: string) => stack.use(openGrpc(addresses, { log, actor: `agent:${name}` }));
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
  const reporter = openReporter({ channel: open(urls.orchestrator), name, clock, log });
  stack.defer(() => reporter.close());
  const context = {
    runners: flowRunnerRegistry([subprocessRunner('universal', pool), subprocessRunner('subprocess', pool)]),
    packages: openPackageCache({ channel: open(urls.deployments), home: options.home, clock }),
    reporter,
    orchestratorUrl: urls.orchestrator,
    clock,
    log,
  };
  const runs = new Map<string, RunExecution>();
  let stopping = false;

  const link = openDispatchLink({
    channel: open(urls.scheduler),
    clock,
    log,
    hello: () => ({
      agentId: id,
      name,
      workQueueNames: [...options.workQueues],
      flowRunnerTypes: [...context.runners.keys()],
      slots,
      version: millraceVersion,
      runs: [...runs.values()].map(({ flowRunId, epoch }) => ({ flowRunId, epoch })),
    }),
    freeSlots: () => (stopping ? 0 : slots - runs.size),
    onAssignment: (assignment) => take(assignment),
    onStop: (stop) => giveUp(stop),
  });

  const take = (assignment: Assignment): void => {
    const { flowRun, epoch } = assignment;
    // Not acknowledged, it returns to its queue.
    if (!flowRun || stopping) return;
    link.acknowledge(flowRun.id, epoch);
    const before = runs.get(flowRun.id);
    if (before?.epoch === epoch) return;
    // What the server gives anew it has taken from us before.
    before?.abandon('the run was given out anew');
    const execution = executeRun(assignment, context);
    runs.set(flowRun.id, execution);
    options.onRun?.(flowRun.id);
    void execution.done.then(() => {
      if (runs.get(flowRun.id) === execution) runs.delete(flowRun.id);
      if (!stopping) link.credit(1);
    });
  };

  const giveUp = ({ flowRunId, epoch, reason }: Stop): void => {
    const execution = runs.get(flowRunId);
    if (execution?.epoch === epoch) execution.abandon(reason);
  };

  const started = stack.move();
  return {
    id,
    name,
    async [Symbol.asyncDispose]() {
      stopping = true;
      // The stream goes on while runs end: it renews their lease.
      await endRuns([...runs.values()], options);
      await link[Symbol.asyncDispose]();
      await started.disposeAsync();
    },
  };
}

async function endRuns(runs: readonly RunExecution[], options: AgentOptions): Promise<void> {
  const { clock, onStop = 'wait', graceMs = 30_000 } = options;
  if (onStop === 'leave') {
    for (const run of runs) run.leave();
    return;
  }
  if (onStop === 'wait') {
    const grace = new AbortController();
    const ended = Promise.all(runs.map((run) => run.done)).then(() => grace.abort());
    await clock.sleep(graceMs, grace.signal);
    if (grace.signal.aborted) return ended;
  }
  await Promise.all(runs.map((run) => run.cancel('its agent was stopped')));
}
