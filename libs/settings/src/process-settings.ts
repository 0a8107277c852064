import process from 'node:process';
import { profileInUse } from './profiles/profile-in-use.ts';
import { readSettings, type Settings } from './settings.ts';

/**
 * The settings of this process, from its environment and the profile in use, for code that is called without any; throws a
 * SettingsError as {@link readSettings} does.
 */
export function processSettings(): Settings {
  return readSettings(process.env, profileInUse(process.env));
}
