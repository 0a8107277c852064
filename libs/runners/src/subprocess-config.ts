import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { nearest } from '@millrace/settings/nearest';
import type { JsonObject } from 'millrace/engine';
import { RunnerConfigError } from './errors.ts';

/** Options of a subprocess. */
export interface SubprocessConfig {
  /** `env`: variables over the agent's own. */
  readonly env: Readonly<Record<string, string>>;
  /** `working_directory`: an absolute path. Default: the agent's. */
  readonly workingDirectory: string | undefined;
}

const known = ['env', 'working_directory'];

/** Checks what a deployment gave; `type` is the runner's, for messages. */
export async function readSubprocessConfig(type: string, config: JsonObject): Promise<SubprocessConfig> {
  const complain = (what: string) => new RunnerConfigError(`flow runner "${type}": ${what}`);
  for (const key of Object.keys(config)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    throw complain(
      `unknown option "${key}"${meant ? `; did you mean "${meant}"?` : ''}; its options are ${known.join(', ')}`,
    );
  }
  const { env, working_directory: directory } = config;
  if (directory !== undefined && (typeof directory !== 'string' || directory === ''))
    throw complain('working_directory must be a path');
  const workingDirectory = directory === undefined ? undefined : resolve(directory);
  if (workingDirectory !== undefined && !(await isFolder(workingDirectory)))
    throw complain(`working_directory: there is no folder ${workingDirectory} on this agent's machine`);
  return { env: readEnv(env, complain), workingDirectory };
}

function readEnv(env: unknown, complain: (what: string) => RunnerConfigError): Record<string, string> {
  if (env === undefined || env === null) return {};
  if (typeof env !== 'object' || Array.isArray(env)) throw complain('env must be an object of strings');
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name.includes('=') || name.includes('\0'))
      throw complain(`env: ${JSON.stringify(name)} can't be a variable's name`);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      throw complain(`env.${name} must be a string`);
    variables[name] = String(value);
  }
  return variables;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
