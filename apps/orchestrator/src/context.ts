import type { LogLane, TransactionPool, TransitionLanes } from '@millrace/db';
import type { AppOptions } from '@millrace/service';
import type { RunChanges } from './watch/run-changes.ts';

/** What the orchestrator's RPCs work with. */
export interface Context extends AppOptions {
  readonly transitionLanes: TransitionLanes;
  readonly logLane: LogLane;
  readonly runChanges: RunChanges;
  /** For making the runs of called flows. */
  readonly transactions: TransactionPool;
}
