import type { LogLane, TransitionLanes } from '@millrace/db';
import type { AppOptions } from '@millrace/service';
import type { RunChanges } from './watch/run-changes.ts';

/** What the orchestrator's RPCs work with. */
export interface Context extends AppOptions {
  readonly transitionLanes: TransitionLanes;
  readonly logLane: LogLane;
  readonly runChanges: RunChanges;
}
