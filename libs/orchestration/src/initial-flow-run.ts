import type { FlowRunImage } from './flow-run.ts';

/** What a new run is made of, as far as the state machine is concerned. Times are epoch milliseconds. */
export interface NewFlowRun {
  readonly id: string;
  readonly deploymentId: string | null;
  readonly maxRetries: number;
  readonly retryDelaysMs: readonly number[];
  readonly scheduledTime: number;
  readonly message: string;
}

/** A run as it is created: SCHEDULED, held by nobody. */
export function initialFlowRun(run: NewFlowRun, now: number): FlowRunImage {
  return {
    id: run.id,
    deploymentId: run.deploymentId,
    maxRetries: run.maxRetries,
    retryDelaysMs: run.retryDelaysMs,
    state: {
      type: 'SCHEDULED',
      name: 'Scheduled',
      message: run.message,
      timestamp: now,
      data: null,
      scheduledTime: run.scheduledTime,
      cause: null,
    },
    stateCount: 1,
    runCount: 0,
    returns: 0,
    expectedStartTime: run.scheduledTime,
    startTime: null,
    endTime: null,
    totalRunTimeMs: 0,
    epoch: 0,
    holderId: null,
    workQueueId: null,
    sortAt: run.scheduledTime,
  };
}
