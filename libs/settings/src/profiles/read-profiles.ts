import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../settings-error.ts';
import { firstProfile, type ProfileValues } from './profile.ts';

/** All profiles of a home. */
export interface Profiles {
  /** Where they are kept, whether or not anything is there yet. */
  readonly file: string;
  /** The one that is used where `MILLRACE_PROFILE` names no other. Whether it exists is not certain. */
  readonly active: string;
  /** By name. */
  readonly all: ReadonlyMap<string, ProfileValues>;
}

/** Throws a {@link SettingsError} that names the file, if it is there and can't be understood. */
export function readProfiles(home: string): Profiles {
  const file = join(home, 'profiles.json');
  const text = readIfThere(file);
  if (text === undefined) return { file, active: firstProfile, all: new Map([[firstProfile, {}]]) };
  return { file, ...parseProfiles(text, (problem) => new SettingsError('BROKEN_PROFILES', `${file}: ${problem}`)) };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SettingsError('BROKEN_PROFILES', `the profiles can't be read: ${message}`);
  }
}

function parseProfiles(text: string, broken: (problem: string) => Error): Pick<Profiles, 'active' | 'all'> {
  const root = parseJson(text, broken);
  if (!isObject(root)) throw broken('an object with "active" and "profiles" is needed');
  const unknown = Object.keys(root).find((key) => key !== 'active' && key !== 'profiles');
  if (unknown !== undefined) throw broken(`"${unknown}" is unknown: only "active" and "profiles" are accepted`);
  const { active, profiles } = root;
  if (typeof active !== 'string') throw broken('"active" must be the name of a profile');
  if (!isObject(profiles)) throw broken('"profiles" must be an object: the name of each profile, with its settings');
  const all = new Map<string, ProfileValues>();
  for (const [name, values] of Object.entries(profiles)) {
    if (!isObject(values)) throw broken(`profile '${name}' must be an object of settings`);
    const wrong = Object.entries(values).find(([, value]) => typeof value !== 'string');
    if (wrong) throw broken(`${wrong[0]} of profile '${name}' must be a string`);
    all.set(name, values as ProfileValues);
  }
  return { active, all };
}

function parseJson(text: string, broken: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The place alone: what else the message says may quote the file, and with it a password.
    const place = error instanceof Error ? /\(line \d+ column \d+\)/.exec(error.message)?.[0] : undefined;
    throw broken(['it is no valid JSON', place].filter(Boolean).join(' '));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
