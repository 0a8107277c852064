import type { FlowRunImage, StateImage } from './flow-run.ts';
import { isTerminal } from './flow-run.ts';

/** What becomes of the lease with a state. */
export type Lease =
  /** The holder stays. */
  | { readonly kind: 'kept' }
  /** Nobody holds the run any more, and whoever did can't write. */
  | { readonly kind: 'revoked' }
  /** Somebody new holds it. */
  | { readonly kind: 'given'; readonly holderId: string; readonly workQueueId: string | null };

/** The run after a state has been written to it: every count, time and lease that follows from it. */
export function bookkeep(run: FlowRunImage, state: StateImage, lease: Lease): FlowRunImage {
  const entersRunning = state.type === 'RUNNING';
  const leavesRunning = run.state.type === 'RUNNING';
  const ends = isTerminal(state.type);
  const endTime = ends ? (run.endTime ?? (run.startTime === null ? null : state.timestamp)) : null;
  return {
    ...run,
    state,
    stateCount: run.stateCount + 1,
    runCount: run.runCount + (entersRunning ? 1 : 0),
    startTime: run.startTime ?? (entersRunning ? state.timestamp : null),
    endTime,
    totalRunTimeMs: run.totalRunTimeMs + (leavesRunning ? state.timestamp - run.state.timestamp : 0),
    ...leased(run, lease, ends),
    sortAt: ends ? state.timestamp : (state.scheduledTime ?? run.sortAt),
  };
}

function leased(run: FlowRunImage, lease: Lease, ends: boolean) {
  if (lease.kind === 'given') return { epoch: run.epoch + 1, holderId: lease.holderId, workQueueId: lease.workQueueId };
  if (lease.kind === 'revoked') return { epoch: run.epoch + 1, holderId: null };
  // A run that ended is held by nobody, but its process may still send what it has to say under its epoch.
  return { holderId: ends ? null : run.holderId };
}
