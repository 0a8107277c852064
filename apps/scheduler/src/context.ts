import type { Clock } from '@millrace/clock';
import type { Database, Signals } from '@millrace/db';
import type { ReadyAgents, Retention } from '@millrace/service';
import type { Logger } from '@millrace/telemetry';
import type { Claimer } from './dispatch/claimer.ts';

/** What the scheduler's RPCs and loops work with. */
export interface Context {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retention: Retention;
  readonly claimer: Claimer;
  readonly readyAgents: ReadyAgents;
  /** The dispatch streams that are open; each resolves when it has returned what it had not delivered. */
  readonly streams: Set<Promise<void>>;
  /** Aborted when agents are to go elsewhere. */
  readonly draining: AbortSignal;
}
