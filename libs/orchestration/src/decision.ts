import type { FlowRunImage, StateImage, StateType } from './flow-run.ts';

/** Who proposes a state, and with what right. */
export type Proposer =
  /** A process that holds the run under an epoch. */
  | { readonly kind: 'holder'; readonly epoch: number }
  /** A queue handing the run to a holder; without one, a process that takes the run of no deployment that it made itself. */
  | { readonly kind: 'claim'; readonly holderId: string; readonly workQueueId: string | null }
  /** The server, about a holder that is gone or never took the run. */
  | { readonly kind: 'server'; readonly epoch: number }
  /** Somebody from outside, whoever holds the run: an end or a new time that is so written takes it from its holder. */
  | { readonly kind: 'operator' };

/** A state as somebody wants it. */
export interface ProposedState {
  readonly type: StateType;
  /** Default: the type's, "Running". */
  readonly name?: string;
  readonly message?: string;
  readonly data?: StateImage['data'];
  /** Epoch milliseconds on the proposer's clock, already corrected for its offset. Default: now. */
  readonly timestamp?: number;
  readonly scheduledTime?: number;
  readonly cause?: string;
  /** With FAILED: the process that had the attempt can make no other. */
  readonly endsProcess?: boolean;
}

/** What a rule needs to know besides the run. */
export interface Facts {
  /** The server's time, epoch milliseconds. */
  readonly now: number;
}

/** What is answered to the proposer. */
export type Answer =
  /** The proposed state was written, possibly renamed. */
  | { readonly status: 'ACCEPT'; readonly state: StateImage }
  /** Another state was written. */
  | { readonly status: 'REJECT'; readonly state: StateImage; readonly reason: string }
  /** Nothing was written; again after the delay. */
  | { readonly status: 'WAIT'; readonly delayMs: number; readonly reason: string }
  /** Nothing was written; stop. */
  | { readonly status: 'ABORT'; readonly reason: string }
  /** The proposer does not hold the run any more; it must stop. */
  | { readonly status: 'STALE_EPOCH'; readonly reason: string };

/** An answer, and the run as it is to be written; `next` is null where nothing is written. */
export interface Decision {
  readonly answer: Answer;
  readonly next: FlowRunImage | null;
}
