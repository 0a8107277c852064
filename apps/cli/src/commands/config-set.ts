import { findProfileInUse, writeProfiles } from '@millrace/settings/profiles';
import { ruleOf, type SettingName, settingNameOf, shownValue } from '@millrace/settings/table';
import type { Invocation } from '../command.ts';
import { storedProfiles, withProfile } from '../stored-profiles.ts';
import { UsageError } from '../usage-error.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const assignments = new Map(input.arguments.map(readAssignment));
  const profiles = storedProfiles(environment);
  const profile = findProfileInUse(profiles, environment);
  const values = { ...profile.values, ...Object.fromEntries(assignments) };
  await writeProfiles(withProfile(profiles, profile.name, values));
  const shown = [...assignments].map(([name, value]) => [name, shownValue(name, value)] as const);
  if (output.json) output.value({ profile: profile.name, file: profile.file, set: Object.fromEntries(shown) });
  else for (const [name, value] of shown) output.line(`Set ${name}=${value} in profile '${profile.name}'.`);
  for (const [name] of shown)
    if (environment[name])
      output.note(`warning: the environment sets ${name}, which goes before the profile`, 'yellow');
}

function readAssignment(text: string, index: number): readonly [SettingName, string] {
  const at = text.indexOf('=');
  // Neither a value without a name nor a name without a value is shown: it may hold a password.
  if (at <= 0) throw new UsageError(`argument ${index + 1}: NAME=VALUE is needed`, 'As api_url=http://127.0.0.1:4200');
  const name = settingNameOf(text.slice(0, at));
  const value = text.slice(at + 1);
  const { notInProfiles, complaint, secret } = ruleOf(name);
  if (notInProfiles) throw new UsageError(`${name} can't stand in a profile: ${notInProfiles}`);
  if (value === '') throw new UsageError(`${name}: a value is needed`, `To take it out: millrace config unset ${name}`);
  const wrong = complaint?.(value);
  if (wrong !== undefined) throw new UsageError(`${secret ? name : `${name}=${value}`}: ${wrong}`);
  return [name, value];
}
