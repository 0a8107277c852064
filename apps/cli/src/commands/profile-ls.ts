import type { Invocation } from '../command.ts';
import { shownSettings, storedProfiles } from '../stored-profiles.ts';

export async function run({ output, environment }: Invocation): Promise<undefined> {
  const { file, active, all } = storedProfiles(environment);
  const profiles = [...all].map(([name, values]) => ({
    ...{ name, isActive: name === active },
    settings: shownSettings(values),
  }));
  if (output.json) output.value({ file, profiles });
  else
    output.table(
      ['NAME', 'ACTIVE', 'SETTINGS'],
      profiles.map(({ name, isActive, settings }) => [
        name,
        isActive ? 'yes' : '-',
        Object.keys(settings).join(', ') || '-',
      ]),
    );
  const picked = environment.MILLRACE_PROFILE;
  if (picked) output.note(`MILLRACE_PROFILE picks '${picked}' instead of the active one.`);
}
