/** All state types; terminal ones last but one: COMPLETED, FAILED, CANCELLED, CRASHED. */
export const stateTypes = [
  'SCHEDULED',
  'PENDING',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'CRASHED',
  'CANCELLING',
] as const;
export type StateType = (typeof stateTypes)[number];

/** A state as it is stored. Times are epoch milliseconds. */
export interface StateImage {
  readonly type: StateType;
  readonly name: string;
  readonly message: string;
  readonly timestamp: number;
  readonly data: { readonly encoding: string; readonly blob: Uint8Array } | null;
  /** With SCHEDULED: not to be begun before. */
  readonly scheduledTime: number | null;
  /** What ended a process: see the contract's `StateDetails.cause`. */
  readonly cause: string | null;
}

/** What the state machine knows of a flow run: its row, less what it never looks at. Times are epoch milliseconds. */
export interface FlowRunImage {
  readonly id: string;
  readonly deploymentId: string | null;
  readonly maxRetries: number;
  readonly retryDelaysMs: readonly number[];
  readonly state: StateImage;
  /** Number of states so far; the history's order. */
  readonly stateCount: number;
  readonly runCount: number;
  /** How often it went back to SCHEDULED because its holder was lost before it began. */
  readonly returns: number;
  readonly expectedStartTime: number;
  readonly startTime: number | null;
  readonly endTime: number | null;
  readonly totalRunTimeMs: number;
  readonly epoch: number;
  readonly holderId: string | null;
  readonly workQueueId: string | null;
  /** What lists are sorted by: the scheduled time, after the end the end time. */
  readonly sortAt: number;
}

export function isTerminal(type: StateType): boolean {
  return type === 'COMPLETED' || type === 'FAILED' || type === 'CANCELLED' || type === 'CRASHED';
}

/** Whether queues offer it: a deployment's run that waits and that nobody holds. */
export function isQueued(run: Pick<FlowRunImage, 'state' | 'holderId' | 'deploymentId'>): boolean {
  return run.state.type === 'SCHEDULED' && run.holderId === null && run.deploymentId !== null;
}
