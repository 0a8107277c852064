import { resolve } from 'node:path';
import type { Environment } from './environment.ts';
import type { Profile } from './profiles/profile.ts';
import { isSettingName, ruleOf, type SettingName } from './setting-table.ts';
import { SettingsError } from './settings-error.ts';

/** A setting's value and where it comes from. */
export interface ResolvedSetting {
  readonly name: SettingName;
  readonly source: 'environment' | 'profile' | 'default';
  /** Undefined where it is set nowhere and its default is not one value. */
  readonly value: string | undefined;
  /** What is accepted, where this value is not. */
  readonly complaint: string | undefined;
}

const appUrls: readonly SettingName[] = [
  'MILLRACE_DEPLOYMENTS_URL',
  'MILLRACE_ORCHESTRATOR_URL',
  'MILLRACE_SCHEDULER_URL',
];

/** Environment before profile before default; an empty value counts as not set. Nothing is refused yet. */
export function resolveSetting(name: SettingName, environment: Environment, profile?: Profile): ResolvedSetting {
  const rule = ruleOf(name);
  const readOther = (other: string) =>
    isSettingName(other) ? resolveSetting(other, environment, profile).value : undefined;
  const given = environment[name];
  if (given) return { name, source: 'environment', value: given, complaint: rule.complaint?.(given) };
  // Whoever says in the environment where the server is means all of it, whatever a profile says of its apps.
  const isOverruled = appUrls.includes(name) && Boolean(environment.MILLRACE_API_URL);
  const kept = isOverruled || rule.notInProfiles ? undefined : profile?.values[name];
  if (kept) return { name, source: 'profile', value: kept, complaint: rule.complaint?.(kept) };
  return { name, source: 'default', value: rule.fallback?.(readOther), complaint: undefined };
}

/** The value of a setting. Throws a {@link SettingsError} that says where the value stands, if it is not accepted. */
export function readSetting(name: SettingName, environment: Environment, profile?: Profile): string | undefined {
  const { value, source, complaint } = resolveSetting(name, environment, profile);
  if (value === undefined || complaint === undefined) return value;
  // A URL may hold a password, most of all one with a slip in it.
  const shown = ruleOf(name).secret ? name : `${name}=${value}`;
  const where = source === 'profile' && profile ? ` in profile '${profile.name}' of ${profile.file}` : '';
  throw new SettingsError('INVALID_VALUE', `${shown}${where}: ${complaint}`);
}

/** The folder for everything that is kept on this machine, absolute. No profile has a say in it. */
export function homeOf(environment: Environment): string {
  return resolve(readSetting('MILLRACE_HOME', environment) ?? '');
}
