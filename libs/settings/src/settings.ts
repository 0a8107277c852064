import type { Environment } from './environment.ts';
import type { Profile } from './profiles/profile.ts';
import { homeOf, readSetting } from './resolve-setting.ts';
import type { SettingName } from './setting-table.ts';

/** What can be set from outside. */
export interface Settings {
  /** `MILLRACE_HOME`: embedded database, package cache, profiles. Default `~/.millrace`. */
  readonly home: string;
  /**
   * `MILLRACE_PORT`: where a server on this machine listens, and clients look for it unless `apiUrl` is set; 0 is any port
   * that is free. Default 4200.
   */
  readonly port: number;
  /** `MILLRACE_API_URL`: where clients find the server; several, with commas between, are tried in turn. */
  readonly apiUrl: string;
  /** `MILLRACE_DEPLOYMENTS_URL`: instead of `apiUrl` for the services of the app `deployments`. */
  readonly deploymentsUrl: string | undefined;
  /** `MILLRACE_ORCHESTRATOR_URL`: likewise for `orchestrator`. */
  readonly orchestratorUrl: string | undefined;
  /** `MILLRACE_SCHEDULER_URL`: likewise for `scheduler`. */
  readonly schedulerUrl: string | undefined;
  /** `MILLRACE_DATABASE_URL`: Postgres 15 or newer. Default: the embedded one, in `server start` only. */
  readonly databaseUrl: string | undefined;
  /** `MILLRACE_DATABASE_SCHEMA`: the schema that holds this installation's tables. Default `millrace`. */
  readonly databaseSchema: string;
  /**
   * `MILLRACE_ENCRYPTION_KEY`: keys for the secrets that the database keeps, 32 bytes in base64 each; the first one
   * encrypts, all decrypt. None: the key is in a file of `home`.
   */
  readonly encryptionKeys: readonly string[];
  /** `MILLRACE_ALLOWED_HOSTS`: names, with commas between, by which clients may address a server besides loopback ones. */
  readonly allowedHosts: readonly string[];
  /** For how many days things are kept. */
  readonly retention: {
    /** `MILLRACE_KEEP_RUNS_DAYS`: runs, with their history, after their end. Default 90. */
    readonly runsDays: number;
    /** `MILLRACE_KEEP_LOGS_DAYS`: what runs logged. Default 30. */
    readonly logsDays: number;
    /** `MILLRACE_KEEP_FIRES_DAYS`: what became of the fires of schedules. Default 400. */
    readonly firesDays: number;
  };
  /** `MILLRACE_LOG_LEVEL`: trace, debug, info, warn, error or silent. Undefined where it is for the process to say. */
  readonly logLevel: string | undefined;
}

/**
 * Settings from the environment, else from a profile, else as they are by default. Throws a {@link SettingsError} that names
 * the variable that can't be used, and what is accepted.
 */
export function readSettings(environment: Environment, profile?: Profile): Settings {
  const read = (name: SettingName) => readSetting(name, environment, profile);
  return {
    home: homeOf(environment),
    port: Number(read('MILLRACE_PORT')),
    apiUrl: read('MILLRACE_API_URL') ?? '',
    deploymentsUrl: read('MILLRACE_DEPLOYMENTS_URL'),
    orchestratorUrl: read('MILLRACE_ORCHESTRATOR_URL'),
    schedulerUrl: read('MILLRACE_SCHEDULER_URL'),
    databaseUrl: read('MILLRACE_DATABASE_URL'),
    databaseSchema: read('MILLRACE_DATABASE_SCHEMA') ?? '',
    encryptionKeys: read('MILLRACE_ENCRYPTION_KEY')?.split(',') ?? [],
    allowedHosts: read('MILLRACE_ALLOWED_HOSTS')?.split(',') ?? [],
    retention: {
      runsDays: Number(read('MILLRACE_KEEP_RUNS_DAYS')),
      logsDays: Number(read('MILLRACE_KEEP_LOGS_DAYS')),
      firesDays: Number(read('MILLRACE_KEEP_FIRES_DAYS')),
    },
    logLevel: read('MILLRACE_LOG_LEVEL'),
  };
}
