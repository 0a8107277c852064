import type { EngineAssignment, FromEngine, JsonObject, ToEngine } from 'millrace/engine';
import type { ProcessEnd } from './process-end.ts';

/** A way to execute runs. */
export interface FlowRunner {
  /** By which deployments ask for it: "subprocess". */
  readonly type: string;
  /**
   * Makes what the run is executed in and hands the run over; resolves when that is done. Throws a `RunnerConfigError`
   * if the run's configuration can't be used, a `NotStartedError` if there is nothing to execute it in.
   */
  start(run: RunToStart, context: RunContext): Promise<RunProcess>;
}

/** What a runner is given. */
export interface RunToStart {
  /** All but what the runner's configuration decides. */
  readonly assignment: Omit<EngineAssignment, 'env' | 'workingDirectory'>;
  /** The runner's own options as the deployment has them, unchecked; keys are snake_case. */
  readonly config: JsonObject;
}

/** What an engine says about its run. */
export type RunMessage = Exclude<FromEngine, { type: 'ready' | 'loaded' }>;

/** What a runner may call on. */
export interface RunContext {
  /** Aborted when the run need not be started any more. */
  readonly signal: AbortSignal;
  /** Gets what the run's engine says, in order, and nothing after the process has exited. */
  readonly onMessage: (message: RunMessage) => void;
}

/** A run being executed. */
export interface RunProcess {
  /** On this machine, where it is a process of this machine. */
  readonly pid: number | undefined;
  /** Resolves when it has ended and all it said has been handed on. */
  readonly exited: Promise<ProcessEnd>;
  /** Lost without notice where the process is gone. */
  send(message: ToEngine): void;
  /** Asks it to end (SIGTERM), and makes it end (SIGKILL) if it has not after `graceMs`; resolves when it has. */
  stop(graceMs: number): Promise<void>;
  /** Lets go of it: it goes on by itself, and `exited` stays open. */
  leave(): void;
}

/** The runners of an agent, by type. */
export type FlowRunnerRegistry = ReadonlyMap<string, FlowRunner>;

export function flowRunnerRegistry(runners: readonly FlowRunner[]): FlowRunnerRegistry {
  return new Map(runners.map((runner) => [runner.type, runner]));
}
