import { findProfileInUse } from '@millrace/settings/profiles';
import {
  isSettingName,
  type ResolvedSetting,
  resolveSetting,
  ruleOf,
  settingNames,
  shownValue,
} from '@millrace/settings/table';
import type { Invocation } from '../command.ts';
import { storedProfiles } from '../stored-profiles.ts';

export async function run({ output, environment }: Invocation): Promise<undefined> {
  const profile = findProfileInUse(storedProfiles(environment), environment);
  const settings = settingNames.map((name) => resolveSetting(name, environment, profile));
  if (output.json) {
    output.value({
      ...{ profile: profile.name, file: profile.file },
      settings: settings.map((setting) => ({
        name: setting.name,
        value: shown(setting) ?? null,
        source: setting.source,
      })),
    });
  } else {
    output.table(
      ['SETTING', 'VALUE', 'SOURCE'],
      settings.map((setting) => [
        setting.name,
        shown(setting) ?? `(${ruleOf(setting.name).unset})`,
        setting.source === 'profile' ? `profile '${profile.name}'` : setting.source,
      ]),
    );
  }
  for (const { name, complaint } of settings) if (complaint) output.note(`warning: ${name}: ${complaint}`, 'yellow');
  const where = `profile '${profile.name}' of ${profile.file}`;
  for (const name of Object.keys(profile.values))
    if (!isSettingName(name) || ruleOf(name).notInProfiles)
      output.note(
        `warning: ${name} can't stand in ${where}; take it out with: millrace config unset ${name}`,
        'yellow',
      );
}

function shown({ name, value }: ResolvedSetting): string | undefined {
  return value === undefined ? undefined : shownValue(name, value);
}
