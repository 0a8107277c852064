import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { describeEnd, type ProcessEnd } from '@millrace/runners';
import type { TransitionInit } from './reporter.ts';

/** What the agent itself says about a run. */
export interface Proposal {
  readonly state: NonNullable<TransitionInit['state']>;
  readonly infrastructure?: NonNullable<TransitionInit['infrastructure']>;
}

/** The process is gone before the run had its last state. */
export function crashedState(end: ProcessEnd, refusal: string | undefined): Proposal['state'] {
  const message = [
    `the process ended with ${describeEnd(end)} before the run did`,
    ...(refusal === undefined ? [] : [`the server had refused a state: ${refusal}`]),
    ...end.lastLines,
  ].join('\n');
  return { type: StateType.CRASHED, message, cause: 'process-ended' };
}

/** The agent stops. */
export function stoppedState(begun: boolean): Proposal['state'] {
  if (begun) return { type: StateType.CANCELLED, message: 'its agent was stopped' };
  // With this cause the run goes back to its queue, and it is not counted against the run.
  return { type: StateType.CRASHED, message: 'its agent was stopped before it began', cause: 'never-acknowledged' };
}

export function infrastructureOf({ exitCode, signal }: ProcessEnd): NonNullable<Proposal['infrastructure']> {
  return { ...(exitCode !== undefined && { exitCode }), ...(signal !== undefined && { signal }) };
}
