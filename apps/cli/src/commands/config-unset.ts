import { findProfileInUse, writeProfiles } from '@millrace/settings/profiles';
import { settingNameOf } from '@millrace/settings/table';
import type { Invocation } from '../command.ts';
import { storedProfiles, withProfile } from '../stored-profiles.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const profiles = storedProfiles(environment);
  const { name: profile, file, values } = findProfileInUse(profiles, environment);
  // What stands there can be taken out even where it is no setting.
  const wanted = input.arguments.map((text) => (Object.hasOwn(values, text) ? text : settingNameOf(text)));
  const names = [...new Set(wanted)];
  const unset = names.filter((name) => Object.hasOwn(values, name));
  const kept = Object.fromEntries(Object.entries(values).filter(([name]) => !unset.includes(name)));
  if (unset.length > 0) await writeProfiles(withProfile(profiles, profile, kept));
  if (output.json) output.value({ profile, file, unset });
  else for (const name of unset) output.line(`Unset ${name} in profile '${profile}'.`);
  for (const name of names) if (!unset.includes(name)) output.note(`${name} is not set in profile '${profile}'.`);
}
