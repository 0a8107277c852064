// node tools/build-web.ts: builds the web UI into apps/web/dist, unless what is there was made of the same sources.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '@millrace/clock';
import { systemClock } from '@millrace/clock/system';
import { hashFiles, root, stampFile } from '@millrace/web/build-inputs';

const web = join(root, 'apps', 'web');
const dist = join(web, 'dist');
const staleAfterMs = 600_000;

export interface BuildWebOptions {
  /** Times the build. Default: the machine's. */
  readonly clock?: Clock;
  readonly print: (line: string) => void;
  /** Leaves the processor to others that want it. Default false. */
  readonly inBackground?: boolean;
}

/** Says what it does if it does anything. Gives whether the UI is there and up to date afterwards. */
export async function buildWeb(options: BuildWebOptions): Promise<boolean> {
  if (await isUpToDate()) return true;
  const { print, inBackground = false, clock = systemClock } = options;
  const began = clock.now();
  // Beside the build that is served meanwhile, and then put there whole.
  const folder = join(web, `.build-${crypto.randomUUID()}`);
  try {
    print('Building the web UI…');
    const failure = await runVite(folder, inBackground);
    if (failure !== undefined) {
      print(`The web UI could not be built:\n${failure}`);
      return false;
    }
    await putInPlace(folder);
    print(`Built the web UI in ${((clock.now() - began) / 1000).toFixed(1)} s.`);
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
    await removeLeftovers(clock);
  }
}

async function isUpToDate(): Promise<boolean> {
  try {
    const stamp: Record<string, string> = JSON.parse(await readFile(join(dist, stampFile), 'utf8'));
    return isDeepStrictEqual(hashFiles(Object.keys(stamp)), stamp);
  } catch {
    return false;
  }
}

/** @returns what it said, if it failed */
async function runVite(folder: string, inBackground: boolean): Promise<string | undefined> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const line = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  // Vitest sets another, which would give React's development build.
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, line, { cwd: web, env, stdio: ['ignore', 'pipe', 'pipe'] });
  if (inBackground && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const end = () => child.kill();
  process.once('exit', end);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  process.off('exit', end);
  return code === 0 ? undefined : `${out}${err}`;
}

/** Two that build at once both succeed: the later one's build stays. */
async function putInPlace(folder: string): Promise<void> {
  for (;;) {
    const former = `${folder}-former`;
    await rename(dist, former).catch(unlessOneOf('ENOENT'));
    const isDone = await rename(folder, dist).then(() => true, unlessOneOf('ENOTEMPTY', 'EEXIST'));
    await rm(former, { recursive: true, force: true });
    if (isDone) return;
  }
}

function unlessOneOf(...codes: readonly string[]) {
  return (error: NodeJS.ErrnoException): void => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}

/** Of builds that were killed. */
async function removeLeftovers(clock: Clock): Promise<void> {
  for (const name of (await readdir(web)).filter((entry) => entry.startsWith('.build-'))) {
    const path = join(web, name);
    const found = await stat(path).catch(() => undefined);
    if (found && clock.now() - found.mtimeMs > staleAfterMs) await rm(path, { recursive: true, force: true });
  }
}

if (import.meta.main) process.exitCode = (await buildWeb({ print: (line) => console.log(line) })) ? 0 : 1;
