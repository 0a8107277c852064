import { processSettings, type Settings, serverOfHome } from '@millrace/settings';
import type { Surroundings } from './run-cli.ts';

/**
 * A command's settings. Where nothing says where the server is, and nobody is at the usual address, that of the home is
 * meant, wherever it listens: one that a program started, for one.
 */
export function settingsOf(environment: Surroundings['environment']): Settings {
  const { isServerGiven, ...settings } = processSettings(environment);
  const url = isServerGiven ? undefined : serverOfHome(settings.home);
  if (url === undefined || url === settings.apiUrl) return settings;
  return { ...settings, apiUrl: `${settings.apiUrl},${url}` };
}
