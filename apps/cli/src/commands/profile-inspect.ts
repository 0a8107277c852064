import type { Invocation } from '../command.ts';
import { shownSettings, storedProfiles, valuesOf } from '../stored-profiles.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const name = input.argument;
  const profiles = storedProfiles(environment);
  const settings = shownSettings(valuesOf(profiles, name));
  const isActive = name === profiles.active;
  if (output.json) {
    output.value({ name, file: profiles.file, isActive, settings });
    return;
  }
  output.details([
    ['Name', name],
    ['Active', isActive ? 'yes' : 'no'],
    ['File', profiles.file],
    ...Object.entries(settings),
  ]);
}
