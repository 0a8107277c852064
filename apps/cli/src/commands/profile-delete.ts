import { writeProfiles } from '@millrace/settings/profiles';
import type { Invocation } from '../command.ts';
import { storedProfiles, valuesOf } from '../stored-profiles.ts';
import { CommandError } from '../usage-error.ts';

export async function run({ input, output, environment }: Invocation): Promise<undefined> {
  const name = input.argument;
  const profiles = storedProfiles(environment);
  valuesOf(profiles, name);
  if (name === profiles.active)
    throw new CommandError(`profile '${name}' is the active one`, ['Use another one first: millrace profile use NAME']);
  await writeProfiles({ ...profiles, all: new Map([...profiles.all].filter(([each]) => each !== name)) });
  if (output.json) output.value({ name, file: profiles.file });
  else output.line(`Deleted profile '${name}'.`);
}
