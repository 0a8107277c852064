import type { Environment } from '@millrace/settings';
import { homeOf, noProfile, type Profiles, type ProfileValues, readProfiles } from '@millrace/settings/profiles';
import { isSettingName, settingNames, shownValue } from '@millrace/settings/table';
import { CommandError } from './usage-error.ts';

/** All profiles of the home that the environment says. */
export function storedProfiles(environment: Environment): Profiles {
  return readProfiles(homeOf(environment));
}

/** What a profile sets. Throws a {@link CommandError} where there is none of this name. */
export function valuesOf(profiles: Profiles, name: string): ProfileValues {
  const values = profiles.all.get(name);
  if (values) return values;
  throw new CommandError(noProfile(profiles, name).message, ['See which there are: millrace profile ls']);
}

/** A profile's settings, the known ones first and in their order, without any password. */
export function shownSettings(values: ProfileValues): Record<string, string> {
  const known = settingNames.filter((name) => Object.hasOwn(values, name));
  const others = Object.keys(values).filter((name) => !isSettingName(name));
  return Object.fromEntries([...known, ...others].map((name) => [name, shownValue(name, values[name] ?? '')]));
}

/** The profiles with one of them set anew. */
export function withProfile(profiles: Profiles, name: string, values: ProfileValues): Profiles {
  return { ...profiles, all: new Map([...profiles.all, [name, values]]) };
}
