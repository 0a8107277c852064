import type { LoadableFlow } from '@millrace/packaging';
import type { ServiceUrls } from '@millrace/settings';

export type { LoadableFlow } from '@millrace/packaging';

/** A JSON object, as parameters are. */
export type JsonObject = { [key: string]: unknown };

/** A run as the agent hands it to a process of its pool. */
export interface EngineAssignment {
  readonly flowRunId: string;
  readonly flowRunName: string;
  /** To be given with everything that is said about the run. */
  readonly epoch: number;
  readonly flowName: string;
  readonly deploymentId: string | undefined;
  /** "flow/deployment". */
  readonly deploymentName: string | undefined;
  readonly tags: readonly string[];
  readonly parameters: JsonObject;
  /** How often the run entered RUNNING before. */
  readonly runCount: number;
  /** When it was meant to start, in epoch milliseconds. */
  readonly scheduledTime: number;
  /** The code, already on this machine's disk. */
  readonly package: LoadableFlow;
  /** Where the services are, for when the agent is gone and for what the flow asks of them. */
  readonly urls: ServiceUrls;
  /** Variables to set before user code is loaded. */
  readonly env: Readonly<Record<string, string>>;
  /** Where to change to before user code is loaded; absent: stay. */
  readonly workingDirectory: string | undefined;
}

/** A state as an engine proposes it. Types are the contract's enum names without their prefix. */
export interface EngineState {
  readonly type: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'CRASHED';
  readonly name?: string;
  readonly message?: string;
  readonly data?: { readonly encoding: string; readonly blob: Uint8Array };
  /** Epoch milliseconds on this machine's clock. */
  readonly timestamp: number;
  /** With FAILED: this process can make no other attempt; one that is left is a fresh process's. */
  readonly endsProcess?: true;
}

/** What became of a proposal. */
export type EngineAnswer =
  | { readonly status: 'ACCEPT' }
  /** Another state was written. With `retryInMs` the engine keeps the run and tries again after it; else it is over. */
  | { readonly status: 'REJECT'; readonly stateName: string; readonly reason: string; readonly retryInMs?: number }
  | { readonly status: 'WAIT'; readonly delayMs: number; readonly reason: string }
  /** Stop; the server's state stands. A stale epoch comes as ABORT too. */
  | { readonly status: 'ABORT'; readonly reason: string };

/** One line that a run said. */
export interface EngineLogRecord {
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Counts from 1 under one epoch. */
  readonly sequence: number;
}

/** From the agent to a process of its pool. */
export type ToEngine =
  | { readonly type: 'start'; readonly assignment: EngineAssignment }
  /** There is time before a run comes: to be spent on what can be done for it beforehand. */
  | { readonly type: 'warm-up' }
  | { readonly type: 'answer'; readonly requestId: string; readonly answer: EngineAnswer }
  | { readonly type: 'logs-stored'; readonly batchId: number }
  /** The run was given to another: end now, write nothing more. */
  | { readonly type: 'stop'; readonly reason: string };

/** From a process of the pool to its agent. The channel uses Node's "advanced" serialisation, so bytes stay bytes. */
export type FromEngine =
  /** The engine is loaded; the process can take a run. */
  | { readonly type: 'ready' }
  /** The run's flow is loaded and begins: nothing waits for this process any more but the run itself. */
  | { readonly type: 'loaded' }
  | {
      readonly type: 'transition';
      readonly requestId: string;
      readonly state: EngineState;
      readonly infrastructure?: { readonly pid: number; readonly host: string };
    }
  /** Batches count from 1 under one epoch; they must reach the server in that order. Unanswered ones are kept by the engine. */
  | { readonly type: 'logs'; readonly batchId: number; readonly records: readonly EngineLogRecord[] };
