import { profileNameComplaint, writeProfiles } from '@millrace/settings/profiles';
import type { Invocation } from '../command.ts';
import { shellWord } from '../shell-word.ts';
import { shownSettings, storedProfiles, valuesOf, withProfile } from '../stored-profiles.ts';
import { CommandError, UsageError } from '../usage-error.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const name = input.argument;
  const complaint = profileNameComplaint(name);
  if (complaint !== undefined) throw new UsageError(complaint);
  const profiles = storedProfiles(environment);
  if (profiles.all.has(name))
    throw new CommandError(`there is already a profile '${name}'`, ['See which there are: millrace profile ls']);
  const from = input.text('from');
  const values = from === undefined ? {} : valuesOf(profiles, from);
  await writeProfiles(withProfile(profiles, name, values));
  if (output.json) {
    output.value({ name, file: profiles.file, isActive: name === profiles.active, settings: shownSettings(values) });
    return;
  }
  output.line(`Created profile '${name}'.`);
  output.line('Make it the active one with:');
  output.line(`    millrace profile use ${shellWord(name)}`);
}
