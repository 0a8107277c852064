import type { Clock } from '@millrace/clock';
import type { Database, Signals, TransactionPool } from '@millrace/db';
import type { ReadyAgents, SecretBox } from '@millrace/service';
import type { Logger } from '@millrace/telemetry';
import type { ParameterSchemas } from './parameters/parameter-schemas.ts';
import type { NamedStorages } from './storages/named-storages.ts';

/** What this app's RPCs work with. */
export interface Context {
  readonly database: Database;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly schemas: ParameterSchemas;
  /** For making runs. */
  readonly transactions: TransactionPool;
  readonly readyAgents: ReadyAgents;
  readonly secrets: SecretBox;
  readonly storages: NamedStorages;
}
