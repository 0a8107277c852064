import { homedir } from 'node:os';
import { join } from 'node:path';

/** What is known of a setting besides its value. */
export interface SettingRule {
  /**
   * What holds where it is set nowhere, as a value; absent where that is not one value. `read` gives other settings.
   */
  readonly fallback?: (read: (name: string) => string | undefined) => string;
  /** What holds where it is set nowhere, in words. Default: the value of `fallback`. */
  readonly unset?: string;
  /** What of the value is never shown: a password that it may hold, or all of it. Default: nothing. */
  readonly secret?: 'password' | 'all';
  /** Why no profile can hold it. */
  readonly notInProfiles?: string;
  /** What is accepted, where the value is not. Default: anything is. */
  readonly complaint?: (value: string) => string | undefined;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'];

const usualPort = '4200';

const appUrl: SettingRule = { unset: 'MILLRACE_API_URL', secret: 'password', complaint: badUrls };

/** Every setting, by the name of its variable, in the order in which they are shown. */
export const settingTable = {
  MILLRACE_HOME: {
    fallback: () => join(homedir(), '.millrace'),
    notInProfiles: 'it says where the profiles are: set it in the environment',
  },
  MILLRACE_PORT: { fallback: () => usualPort, complaint: badPort },
  MILLRACE_API_URL: { fallback: localUrl, secret: 'password', complaint: badUrls },
  MILLRACE_DEPLOYMENTS_URL: appUrl,
  MILLRACE_ORCHESTRATOR_URL: appUrl,
  MILLRACE_SCHEDULER_URL: appUrl,
  MILLRACE_DATABASE_URL: { unset: 'the embedded one, in a server', secret: 'password', complaint: badDatabaseUrl },
  MILLRACE_DATABASE_SCHEMA: { fallback: () => 'millrace', complaint: badSchema },
  MILLRACE_ENCRYPTION_KEY: { unset: 'encryption.key in MILLRACE_HOME', secret: 'all', complaint: badKeys },
  MILLRACE_ALLOWED_HOSTS: { unset: 'loopback names only', complaint: badHosts },
  MILLRACE_KEEP_RUNS_DAYS: { fallback: () => '90', complaint: badDays },
  MILLRACE_KEEP_LOGS_DAYS: { fallback: () => '30', complaint: badDays },
  MILLRACE_KEEP_FIRES_DAYS: { fallback: () => '400', complaint: badDays },
  MILLRACE_LOG_LEVEL: { unset: 'info; warn in what the command line starts', complaint: badLogLevel },
} as const satisfies Readonly<Record<string, SettingRule>>;

/** The name of a setting: that of its environment variable. */
export type SettingName = keyof typeof settingTable;

/** In the order of the table. */
export const settingNames = Object.keys(settingTable) as readonly SettingName[];

/** The row of a setting. */
export function ruleOf(name: SettingName): SettingRule {
  return settingTable[name];
}

/** Whether a variable is a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(settingTable, name);
}

function badUrls(value: string): string | undefined {
  for (const part of value.split(',')) {
    if (!URL.canParse(part) || !/^https?:$/.test(new URL(part).protocol))
      return 'a URL such as http://127.0.0.1:4200 is accepted, or several with commas between';
  }
  return undefined;
}

/** A port that is yet to be found is no address: there nobody would look. */
function localUrl(read: (name: string) => string | undefined): string {
  const port = read('MILLRACE_PORT') ?? usualPort;
  return `http://127.0.0.1:${port === '0' ? usualPort : port}`;
}

function badPort(value: string): string | undefined {
  return /^\d{1,5}$/.test(value) && Number(value) <= 65_535 ? undefined : '0 (any that is free) to 65535 is accepted';
}

function badHosts(value: string): string | undefined {
  const isHost = (host: string) => /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host);
  return value.split(',').every(isHost) ? undefined : 'names such as flows.example are accepted, with commas between';
}

function badDatabaseUrl(value: string): string | undefined {
  return /^postgres(ql)?:\/\//.test(value) ? undefined : 'a URL such as postgres://user@host:5432/name is accepted';
}

function badKeys(value: string): string | undefined {
  const isKey = (key: string) => /^[A-Za-z0-9+/]{43}=$/.test(key);
  return value.split(',').every(isKey)
    ? undefined
    : 'a key of 32 bytes in base64 is accepted, as `openssl rand -base64 32` makes it, or several with commas between';
}

function badDays(value: string): string | undefined {
  return /^[1-9]\d{0,4}$/.test(value) ? undefined : 'a number of days from 1 to 99999 is accepted';
}

function badSchema(value: string): string | undefined {
  return /^[a-z_][a-z0-9_]{0,62}$/.test(value)
    ? undefined
    : 'a schema name is 1 to 63 of a-z, 0-9 and _, not beginning with a digit';
}

function badLogLevel(value: string): string | undefined {
  return logLevels.includes(value) ? undefined : `one of ${logLevels.join(', ')} is accepted`;
}
