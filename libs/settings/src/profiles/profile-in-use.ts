import type { Environment } from '../environment.ts';
import { nearest } from '../nearest.ts';
import { homeOf } from '../resolve-setting.ts';
import { unknownSetting } from '../setting-name.ts';
import { isSettingName, ruleOf } from '../setting-table.ts';
import { SettingsError } from '../settings-error.ts';
import type { Profile } from './profile.ts';
import { type Profiles, readProfiles } from './read-profiles.ts';

/**
 * The profile that holds for a process of the command line: the one that `MILLRACE_PROFILE` names, else the active one.
 * One small read. Throws a {@link SettingsError} that names the file where it is broken, or the profile where there is none
 * of that name.
 */
export function profileInUse(environment: Environment): Profile {
  const profile = findProfileInUse(readProfiles(homeOf(environment)), environment);
  for (const key of Object.keys(profile.values)) {
    const where = `profile '${profile.name}' of ${profile.file}`;
    if (!isSettingName(key)) throw unknownSetting(key, ` in ${where}`);
    const { notInProfiles } = ruleOf(key);
    if (notInProfiles) throw new SettingsError('INVALID_VALUE', `${key} can't stand in ${where}: ${notInProfiles}`);
  }
  return profile;
}

/** The same without a look at what it sets, for whoever is about to mend that. */
export function findProfileInUse(profiles: Profiles, environment: Environment): Profile {
  const picked = environment.MILLRACE_PROFILE || undefined;
  const name = picked ?? profiles.active;
  const values = profiles.all.get(name);
  if (values) return { name, file: profiles.file, values };
  throw noProfile(profiles, name, picked === undefined ? 'the active profile' : 'MILLRACE_PROFILE');
}

/** Says that there is no such profile, and which one may have been meant. `what`: what named it, for the beginning. */
export function noProfile({ all, file }: Profiles, name: string, what?: string): SettingsError {
  const names = [...all.keys()];
  const near = nearest(name, names);
  const hint =
    near === undefined ? `there ${names.length === 1 ? 'is' : 'are'} ${quoted(names)}` : `did you mean '${near}'?`;
  const message = `there is no profile '${name}' in ${file}: ${hint}`;
  return new SettingsError('UNKNOWN_PROFILE', what === undefined ? message : `${what}: ${message}`);
}

function quoted(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map((name) => `'${name}'`).join(', ');
}
