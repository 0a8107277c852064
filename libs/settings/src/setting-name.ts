import type { Environment } from './environment.ts';
import { nearest } from './nearest.ts';
import { isSettingName, type SettingName, settingNames } from './setting-table.ts';
import { SettingsError } from './settings-error.ts';

const PREFIX = 'MILLRACE_';

/** Variables that are no settings and yet are read somewhere. */
const otherVariables = ['MILLRACE_PROFILE', 'MILLRACE_TEST_DATABASE_URL'];

// What Kubernetes gives to every container where a service is called millrace, or millrace-something.
const OF_KUBERNETES = /_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

/** A setting as people type it: in upper or lower case, with or without MILLRACE_. Throws a {@link SettingsError}. */
export function settingNameOf(text: string): SettingName {
  const upper = text.toUpperCase();
  const name = upper.startsWith(PREFIX) ? upper : `${PREFIX}${upper}`;
  if (isSettingName(name)) return name;
  throw unknownSetting(text);
}

/** Says that there is no such setting, and which one may have been meant; `where` follows the name. */
export function unknownSetting(text: string, where = ''): SettingsError {
  // What is no name at all may be a value that got into its place: it is not shown.
  const shown = /^\w{1,80}$/.test(text) ? text : 'what stands in the place of a name';
  const near = nearSetting(text);
  const hint = near === undefined ? `there are ${settingNames.join(', ')}` : `did you mean ${near}?`;
  return new SettingsError('UNKNOWN_SETTING', `${shown}${where} is no setting: ${hint}`);
}

/** A line for each MILLRACE_ variable that nothing reads: most likely a slip, and without effect. */
export function unknownVariables(environment: Environment): string[] {
  const unknown = Object.keys(environment).filter(
    (name) =>
      name.startsWith(PREFIX) && !isSettingName(name) && !otherVariables.includes(name) && !OF_KUBERNETES.test(name),
  );
  return unknown.map((name) => {
    const near = nearSetting(name);
    return `${name} is no setting and has no effect${near === undefined ? '' : `: did you mean ${near}?`}`;
  });
}

/** By what follows the prefix, which would make any two names alike. */
function nearSetting(text: string): SettingName | undefined {
  const bare = (name: string) => name.toUpperCase().replace(PREFIX, '').toLowerCase();
  const near = nearest(
    bare(text),
    settingNames.map((name) => bare(name)),
  );
  return settingNames.find((name) => bare(name) === near);
}
