import type { JsonObject as ProtoJson } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import { type Clock, newId } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import type { Assignment } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { PackagingError } from '@millrace/packaging';
import {
  describeEnd,
  type FlowRunnerRegistry,
  type ProcessEnd,
  type RunMessage,
  RunnerConfigError,
  type RunProcess,
} from '@millrace/runners';
import type { Logger } from '@millrace/telemetry';
import type { EngineAnswer } from 'millrace/engine';
import { toLogBatch, toTransition } from 'millrace/engine/wire';
import type { PackageCache } from './package-cache.ts';
import type { Reporter } from './reporter.ts';

/** One run in this agent's hands, from its assignment until its process has ended and that has been told. */
export interface RunExecution {
  readonly flowRunId: string;
  readonly epoch: number;
  /** Resolves when the slot is free again; never rejects. */
  readonly done: Promise<void>;
  /** The run belongs to another: its process is told to end and writes nothing more. */
  abandon(reason: string): void;
  /** Ends the process and makes the run CANCELLED. */
  cancel(reason: string): Promise<void>;
  /** Lets the process go on by itself. */
  leave(): void;
}

export interface ExecutionContext {
  readonly runners: FlowRunnerRegistry;
  readonly packages: PackageCache;
  readonly reporter: Reporter;
  readonly orchestratorUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
}

// What user code gets to end after it was told to.
const stopGraceMs = 10_000;
const finalTypes: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELLED', 'CRASHED'];

export function executeRun(assignment: Assignment, context: ExecutionContext): RunExecution {
  const { flowRun, epoch } = assignment;
  if (!flowRun) throw new TypeError('an assignment without a run');
  const held = { flowRunId: flowRun.id, epoch };
  const { reporter, clock } = context;
  const log = context.log.child({ flowRunId: flowRun.id, epoch });
  const callOff = new AbortController();
  const released = Promise.withResolvers<void>();
  const pendingLogs = new Set<Promise<void>>();
  let process: RunProcess | undefined;
  // Once the run has its last state here, or is not ours any more, its process's end is no news.
  let settled = false;

  const propose = (type: StateType, message: string, extra: object = {}): Promise<EngineAnswer> =>
    reporter.transition({
      ...held,
      requestId: newId(clock),
      state: {
        type,
        message,
        timestamp: timestampFromMs(clock.now()),
        ...('cause' in extra ? { cause: String(extra.cause) } : {}),
      },
      ...('infrastructure' in extra ? { infrastructure: extra.infrastructure as object } : {}),
    });

  const hear = async (message: RunMessage): Promise<void> => {
    if (message.type === 'logs') {
      const stored = reporter.logs({ ...toLogBatch(held, message), flowRunId: held.flowRunId });
      pendingLogs.add(stored);
      await stored;
      pendingLogs.delete(stored);
      process?.send({ type: 'logs-stored', batchId: message.batchId });
      return;
    }
    const { requestId, state } = message;
    const answer = await reporter.transition({ ...toTransition(held, message), flowRunId: held.flowRunId });
    settled ||= endsHere(state.type, answer);
    process?.send({ type: 'answer', requestId, answer });
    log.info({ state: state.type, answer: answer.status }, 'state');
  };

  const start = async (): Promise<void> => {
    const { type = 'universal', config = {} } = flowRun.flowRunner ?? {};
    const runner = context.runners.get(type);
    if (!runner)
      throw new RunnerConfigError(
        `this agent has no flow runner "${type}"; it has ${[...context.runners.keys()].join(', ')}`,
      );
    const unpacked = await context.packages.get(assignment.flowData, callOff.signal);
    const scheduled = flowRun.state?.details?.scheduledTime ?? flowRun.expectedStartTime;
    process = await runner.start(
      {
        assignment: {
          flowRunId: flowRun.id,
          flowRunName: flowRun.name,
          epoch,
          flowName: flowRun.flowName,
          deploymentId: flowRun.deploymentId,
          deploymentName: flowRun.deploymentName,
          tags: flowRun.tags,
          parameters: (flowRun.parameters ?? {}) as ProtoJson,
          runCount: flowRun.runCount,
          scheduledTime: scheduled ? timestampMs(scheduled) : clock.now(),
          package: unpacked,
          orchestratorUrl: context.orchestratorUrl,
        },
        config,
      },
      { signal: callOff.signal, onMessage: (message) => void hear(message) },
    );
    log.info({ pid: process.pid }, 'started');
  };

  const tellEnd = async (end: ProcessEnd): Promise<void> => {
    log.info({ exitCode: end.exitCode, signal: end.signal, settled }, 'process ended');
    if (settled) return;
    await Promise.all(pendingLogs);
    const message = [`the process ended with ${describeEnd(end)} before the run did`, ...end.lastLines].join('\n');
    const infrastructure = {
      ...(end.exitCode === undefined ? {} : { exitCode: end.exitCode }),
      ...(end.signal === undefined ? {} : { signal: end.signal }),
    };
    await propose(StateType.CRASHED, message, { cause: 'process-ended', infrastructure });
  };

  const run = async (): Promise<void> => {
    try {
      await start();
    } catch (error) {
      if (settled) return;
      const message = error instanceof Error ? error.message : String(error);
      log.warn({ err: error }, 'could not be started');
      // What is wrong with the run itself stays wrong elsewhere; anything else may work on another agent.
      const lasting = error instanceof RunnerConfigError || error instanceof PackagingError;
      await (lasting
        ? propose(StateType.FAILED, message)
        : propose(StateType.CRASHED, message, { cause: 'process-ended' }));
      return;
    }
    if (process) await tellEnd(await process.exited);
  };

  run()
    .catch((error: unknown) => log.error({ err: error }, 'a run was lost sight of'))
    .finally(() => released.resolve());

  return {
    ...held,
    done: released.promise,
    abandon(reason) {
      settled = true;
      callOff.abort();
      process?.send({ type: 'stop', reason });
      void process?.stop(stopGraceMs);
    },
    async cancel(reason) {
      if (!settled) {
        settled = true;
        callOff.abort();
        const stopped = process?.stop(stopGraceMs);
        await propose(StateType.CANCELLED, reason);
        await stopped;
      } else await process?.stop(stopGraceMs);
      await released.promise;
    },
    leave() {
      settled = true;
      process?.leave();
      released.resolve();
    },
  };
}

/** Whether an answer leaves nothing to be said about the run by this agent. */
function endsHere(type: string, answer: EngineAnswer): boolean {
  if (answer.status === 'ABORT') return true;
  if (answer.status === 'WAIT') return false;
  if (answer.status === 'REJECT') return answer.stateName !== 'AwaitingRetry' || (answer.retryInMs ?? 0) > 60_000;
  return finalTypes.includes(type);
}
