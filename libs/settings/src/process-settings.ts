import process from 'node:process';
import { readSettings, type Settings } from './settings.ts';

/** The settings of this process, for code that is called without any; throws a SettingsError as {@link readSettings} does. */
export function processSettings(): Settings {
  return readSettings(process.env);
}
