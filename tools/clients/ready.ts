import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Outcome, runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'clients');
const GRPCURL = 'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4';
const INSTALL_MS = 500_000;

/** A client's interpreter or program; or why this machine can't have it. */
export type Ready = { readonly path: string } | { readonly missing: string };

/** A Python with what the client requires, in a folder of ours. */
export async function readyPython(requirements: string): Promise<Ready> {
  const { code, stdout } = await runCommand(['python3', '--version']);
  if (code !== 0) return { missing: 'there is no python3' };
  const key = createHash('sha256').update(stdout).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(cache, `python-${key}`);
  const path = join(folder, 'bin', 'python');
  // Written last: an installation that was interrupted begins anew.
  const isWhole = join(folder, 'installed');
  if (existsSync(isWhole)) return { path };
  await rm(folder, { recursive: true, force: true });
  const made = await runCommand(['python3', '-m', 'venv', folder], { mostMs: INSTALL_MS });
  if (made.code !== 0) return { missing: `python3 can't make a virtual environment: ${lastLine(made)}` };
  const install = [path, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  const installed = await runCommand(install, { mostMs: INSTALL_MS });
  if (installed.code !== 0) return { missing: `pip can't install the requirements: ${lastLine(installed)}` };
  await mkdir(isWhole);
  return { path };
}

/** grpcurl, the one on the PATH or one that Go builds in a folder of ours. */
export async function readyGrpcurl(): Promise<Ready> {
  if ((await runCommand(['grpcurl', '-version'])).code === 0) return { path: 'grpcurl' };
  const path = join(cache, GRPCURL.replace(/.*\//, ''));
  if (existsSync(path)) return { path };
  if ((await runCommand(['go', 'version'])).code !== 0) return { missing: 'there is neither grpcurl nor go' };
  // Go's own caches of modules and of what was built stay in use: without them it takes minutes.
  const environment = { GOBIN: cache };
  const built = await runCommand(['go', 'install', GRPCURL], { environment, mostMs: INSTALL_MS });
  if (built.code !== 0) return { missing: `go can't build grpcurl: ${lastLine(built)}` };
  await rename(join(cache, 'grpcurl'), path);
  return { path };
}

/** A program of the machine itself. */
export async function readyProgram(name: string, versionFlag = '--version'): Promise<Ready> {
  if ((await runCommand([name, versionFlag])).code === 0) return { path: name };
  return { missing: `there is no ${name}` };
}

function lastLine({ stderr, stdout }: Outcome): string {
  return (stderr.trim() || stdout.trim()).split('\n').at(-1) ?? '';
}
