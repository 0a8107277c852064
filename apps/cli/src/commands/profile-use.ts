import { writeProfiles } from '@millrace/settings/profiles';
import type { Invocation } from '../command.ts';
import { shownSettings, storedProfiles, valuesOf } from '../stored-profiles.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const name = input.argument;
  const profiles = storedProfiles(environment);
  const settings = shownSettings(valuesOf(profiles, name));
  if (name !== profiles.active) await writeProfiles({ ...profiles, active: name });
  if (output.json) output.value({ name, file: profiles.file, isActive: true, settings });
  else output.line(`The active profile is '${name}'.`);
  const picked = environment.MILLRACE_PROFILE;
  if (picked && picked !== name)
    output.note(`warning: MILLRACE_PROFILE picks '${picked}', which goes before the active profile`, 'yellow');
}
