import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What can be set from outside. */
export interface Settings {
  /** `MILLRACE_HOME`: embedded database, package cache, profiles. Default `~/.millrace`. */
  readonly home: string;
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
  /** `MILLRACE_ALLOWED_HOSTS`: names, with commas between, by which clients may address a server besides loopback ones. */
  readonly allowedHosts: readonly string[];
  /** `MILLRACE_LOG_LEVEL`: trace, debug, info (default), warn, error or silent. */
  readonly logLevel: string;
}

/** A setting that can't be used. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const names = [
  'MILLRACE_HOME',
  'MILLRACE_API_URL',
  'MILLRACE_DEPLOYMENTS_URL',
  'MILLRACE_ORCHESTRATOR_URL',
  'MILLRACE_SCHEDULER_URL',
  'MILLRACE_DATABASE_URL',
  'MILLRACE_DATABASE_SCHEMA',
  'MILLRACE_ALLOWED_HOSTS',
  'MILLRACE_LOG_LEVEL',
] as const;
type Name = (typeof names)[number];

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

/** Settings from the environment; throws a {@link SettingsError} that names the variable that can't be used. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = (name: Name) => environment[name] || undefined;
  const checked = (name: Name, check: (value: string) => string | undefined) => {
    const value = read(name);
    const complaint = value === undefined ? undefined : check(value);
    // A URL may hold a password, most of all one with a slip in it.
    if (complaint) throw new SettingsError(`${name}${name.endsWith('_URL') ? '' : `=${value}`}: ${complaint}`);
    return value;
  };
  return {
    home: resolve(read('MILLRACE_HOME') ?? join(homedir(), '.millrace')),
    apiUrl: checked('MILLRACE_API_URL', badUrls) ?? 'http://127.0.0.1:4200',
    deploymentsUrl: checked('MILLRACE_DEPLOYMENTS_URL', badUrls),
    orchestratorUrl: checked('MILLRACE_ORCHESTRATOR_URL', badUrls),
    schedulerUrl: checked('MILLRACE_SCHEDULER_URL', badUrls),
    databaseUrl: checked('MILLRACE_DATABASE_URL', badDatabaseUrl),
    databaseSchema:
      checked('MILLRACE_DATABASE_SCHEMA', (value) =>
        /^[a-z_][a-z0-9_]{0,62}$/.test(value)
          ? undefined
          : 'a schema name is 1 to 63 of a-z, 0-9 and _, not beginning with a digit',
      ) ?? 'millrace',
    allowedHosts: checked('MILLRACE_ALLOWED_HOSTS', badHosts)?.split(',') ?? [],
    logLevel:
      checked('MILLRACE_LOG_LEVEL', (value) =>
        logLevels.includes(value) ? undefined : `one of ${logLevels.join(', ')} is accepted`,
      ) ?? 'info',
  };
}

function badUrls(value: string): string | undefined {
  for (const part of value.split(',')) {
    if (!URL.canParse(part) || !/^https?:$/.test(new URL(part).protocol))
      return 'a URL such as http://127.0.0.1:4200 is accepted, or several with commas between';
  }
  return undefined;
}

function badHosts(value: string): string | undefined {
  const isHost = (host: string) => /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host);
  return value.split(',').every(isHost) ? undefined : 'names such as flows.example are accepted, with commas between';
}

function badDatabaseUrl(value: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(value) ? undefined : 'a URL such as postgres://user@host:5432/name is accepted';
}
