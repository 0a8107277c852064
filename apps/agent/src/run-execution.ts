import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type Clock, newId } from '@millrace/clock';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { PackagingError, StorageError } from '@millrace/packaging';
import { describeEnd, type FlowRunnerRegistry, RunnerConfigError, type RunProcess } from '@millrace/runners';
import type { ServiceUrls } from '@millrace/settings';
import type { Logger } from '@millrace/telemetry';
import { Conversation } from './conversation.ts';
import type { PackageCache } from './package-cache.ts';
import type { Reporter } from './reporter.ts';
import type { RunOrder } from './run-order.ts';
import { crashedState, infrastructureOf, type Proposal, stoppedState } from './run-states.ts';

export interface ExecutionContext {
  readonly runners: FlowRunnerRegistry;
  readonly packages: PackageCache;
  readonly reporter: Reporter;
  readonly urls: ServiceUrls;
  readonly clock: Clock;
  readonly log: Logger;
}

// What user code gets to end after it was told to.
const stopGraceMs = 10_000;

/** One run in this agent's hands, from its assignment until its process has ended and that has been told. */
export class RunExecution {
  readonly order: RunOrder;
  /** Resolves when nothing of it is left here; never rejects. */
  readonly done: Promise<void>;
  readonly #context: ExecutionContext;
  readonly #log: Logger;
  readonly #conversation: Conversation;
  readonly #callOff = new AbortController();
  readonly #left = Promise.withResolvers<'left'>();
  #process: RunProcess | undefined;
  #ending: 'given away' | 'stopped' | undefined;

  /** @param onSettled called when its user code is over, if that is known before its process has ended */
  constructor(order: RunOrder, onSettled: () => void, context: ExecutionContext) {
    this.order = order;
    this.#context = context;
    this.#log = context.log.child({ flowRunId: order.flowRunId, epoch: order.epoch });
    this.#conversation = new Conversation({
      flowRunId: order.flowRunId,
      epoch: order.epoch,
      reporter: context.reporter,
      reply: (message) => this.#process?.send(message),
      onAnswer: (state, answer) => this.#log.info({ state, answer: answer.status }, 'state'),
      onSettled,
      onFailed: (error) => this.#log.error({ err: error }, 'what the engine said could not be passed on'),
    });
    this.done = this.#run().catch((error: unknown) => this.#log.error({ err: error }, 'a run was lost sight of'));
  }

  /** The run belongs to another: its process is told to end and nothing more is written. */
  abandon(reason: string): void {
    this.#log.warn({ reason }, 'the run is not ours any more');
    this.#ending ??= 'given away';
    this.#callOff.abort();
    this.#process?.send({ type: 'stop', reason });
    void this.#process?.stop(stopGraceMs);
  }

  /** The agent stops: ends the process; then the run is CANCELLED, or goes back to its queue if it had not begun. */
  async cancel(): Promise<void> {
    this.#ending ??= 'stopped';
    this.#callOff.abort();
    await this.#process?.stop(stopGraceMs);
  }

  /** Lets the process go on by itself; without one, the run goes back to its queue. */
  leave(): void {
    this.#ending ??= 'stopped';
    this.#callOff.abort();
    if (!this.#process) return;
    this.#process.leave();
    this.#left.resolve('left');
  }

  async #run(): Promise<void> {
    try {
      this.#process = await this.#start();
    } catch (error) {
      return this.#tellNotStarted(error);
    }
    this.#log.info({ pid: this.#process.pid }, 'started');
    // Called off while it was being started, when there was no process to be stopped yet.
    if (this.#callOff.signal.aborted) void this.#process.stop(stopGraceMs);
    const end = await Promise.race([this.#process.exited, this.#left.promise]);
    if (end === 'left') return;
    // What was said is decided first: the last state may be among it.
    await this.#conversation.answered();
    const { settled, begun, refusal } = this.#conversation;
    this.#log.info({ exitCode: end.exitCode, signal: end.signal, settled }, `process ended: ${describeEnd(end)}`);
    if (settled || this.#ending === 'given away') return;
    if (this.#ending === 'stopped') await this.#propose({ state: stoppedState(begun) });
    else await this.#propose({ state: crashedState(end, refusal), infrastructure: infrastructureOf(end) });
  }

  async #start(): Promise<RunProcess> {
    const { runnerType, runnerConfig, flowData, assignment } = this.order;
    const { runners, packages, urls } = this.#context;
    const runner = runners.get(runnerType);
    if (!runner)
      throw new RunnerConfigError(
        `this agent has no flow runner "${runnerType}"; it has ${[...runners.keys()].join(', ')}`,
      );
    const signal = this.#callOff.signal;
    const code = await packages.get(flowData, signal);
    return runner.start(
      { assignment: { ...assignment, package: code, urls }, config: runnerConfig },
      { signal, onMessage: (message) => this.#conversation.hear(message) },
    );
  }

  async #tellNotStarted(error: unknown): Promise<void> {
    if (this.#ending === 'given away') return;
    if (this.#ending === 'stopped') return this.#propose({ state: stoppedState(false) });
    const message = error instanceof Error ? error.message : String(error);
    this.#log.warn({ err: error }, 'could not be started');
    // What is wrong with the run itself stays wrong elsewhere; anything else may work on another agent.
    const isPassing = error instanceof StorageError && error.kind === 'unreachable';
    const lasting = error instanceof RunnerConfigError || (error instanceof PackagingError && !isPassing);
    await this.#propose({
      state: lasting
        ? { type: StateType.FAILED, message }
        : { type: StateType.CRASHED, message, cause: 'process-ended' },
    });
  }

  async #propose({ state, infrastructure }: Proposal): Promise<void> {
    const { reporter, clock } = this.#context;
    const { flowRunId, epoch } = this.order;
    const { answer } = await reporter.transition({
      flowRunId,
      epoch,
      requestId: newId(clock),
      state: { ...state, timestamp: timestampFromMs(clock.now()) },
      ...(infrastructure && { infrastructure }),
    });
    this.#log.info({ answer: answer.status, message: state.message }, 'state of our own');
  }
}
