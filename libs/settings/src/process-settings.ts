import process from 'node:process';
import type { Environment } from './environment.ts';
import { profileInUse } from './profiles/profile-in-use.ts';
import { resolveSetting } from './resolve-setting.ts';
import { readSettings, type Settings } from './settings.ts';

/** What code that is called without any settings goes by. */
export interface ProcessSettings extends Settings {
  /** Whether anything says where the server is, or it is only where it usually is. */
  readonly isServerGiven: boolean;
}

const addresses = [
  'MILLRACE_API_URL',
  'MILLRACE_DEPLOYMENTS_URL',
  'MILLRACE_ORCHESTRATOR_URL',
  'MILLRACE_SCHEDULER_URL',
] as const;

/**
 * The settings of this process, from its environment and the profile in use; throws a SettingsError as
 * {@link readSettings} does.
 *
 * @param environment default: this process's
 */
export function processSettings(environment: Environment = process.env): ProcessSettings {
  const profile = profileInUse(environment);
  const isGiven = (name: (typeof addresses)[number]) => resolveSetting(name, environment, profile).source !== 'default';
  return { ...readSettings(environment, profile), isServerGiven: addresses.some(isGiven) };
}

/** The variables for a process that this one starts: neither its flags of Node nor its channel are the other's. */
export function variablesToPassOn(): Environment {
  const own = ['NODE_OPTIONS', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'];
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.includes(name)));
}
