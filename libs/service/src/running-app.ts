import type { Clock } from '@millrace/clock';
import type { Database, Signals } from '@millrace/db';
import type { LoopStatus, Service } from '@millrace/rpc/server';
import type { Logger } from '@millrace/telemetry';
import type { ReadyAgents } from './ready-agents.ts';
import type { SecretBox } from './secret-box.ts';

/** What an app is started with, in a process of its own as well as in the server that holds all of them. */
export interface AppOptions {
  readonly database: Database;
  readonly signals: Signals;
  /** The database's time. */
  readonly clock: Clock;
  readonly log: Logger;
  /** For what the database is to keep and nobody is to read there. */
  readonly secrets: SecretBox;
  /** Default: {@link defaultRetention}. */
  readonly retention?: Retention;
  /** Shared by the apps of one process. Default: none but this app's own. */
  readonly readyAgents?: ReadyAgents;
}

/** For how many days things are kept after their end, or after they were written. */
export interface Retention {
  readonly runsDays: number;
  readonly logsDays: number;
  /** What became of the fires of schedules. */
  readonly firesDays: number;
}

/** What holds unless settings say otherwise. */
export const defaultRetention: Retention = { runsDays: 90, logsDays: 30, firesDays: 400 };

/** An app at work: what it serves, and the way to end its loops and connections. */
export interface RunningApp extends AsyncDisposable {
  readonly services: readonly Service[];
  /** Sends its clients elsewhere, for a second at most; to be called while it is still served. Default: nothing to do. */
  readonly drain?: () => Promise<void>;
  /** How its loops fare. Default: it has none. */
  readonly loops?: () => readonly LoopStatus[];
}
