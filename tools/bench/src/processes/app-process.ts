import { type ChildProcess, spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';

export interface AppToStart {
  /** Relative to the repository. */
  readonly script: string;
  readonly args: readonly string[];
  /** All variables that it gets. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Gets what it prints. */
  readonly logFile: string;
  readonly clock: Clock;
}

/** An app of ours in a process of its own. */
export interface AppProcess extends AsyncDisposable {
  readonly pid: number;
  /** Where it serves, if it does. */
  readonly url: string;
}

export const repository = join(import.meta.dirname, '..', '..', '..', '..');
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 20;
const ENDS_WITHIN_MS = 20_000;

/** Resolves when the app says that it is ready. Disposing asks it to end, and then makes it. */
export async function startApp({ script, args, environment, logFile, clock }: AppToStart): Promise<AppProcess> {
  await using output = await open(logFile, 'a');
  const child = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...environment },
    stdio: ['ignore', output.fd, output.fd],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  // However this process ends, nothing of it is left behind.
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  void exited.then(() => process.off('exit', endWithUs));
  const end = async () => {
    const timer = clock.setTimer(ENDS_WITHIN_MS, () => child.kill('SIGKILL'));
    child.kill('SIGTERM');
    await exited;
    timer.cancel();
  };
  try {
    const url = await readyUrl(child, logFile, clock);
    return { pid: child.pid ?? 0, url, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}

async function readyUrl(child: ChildProcess, logFile: string, clock: Clock): Promise<string> {
  for (const until = clock.now() + READY_WITHIN_MS; clock.now() < until; await clock.sleep(LOOK_EVERY_MS)) {
    const log = await readFile(logFile, 'utf8');
    const line = log.match(/^.*"msg":"ready".*$/m)?.[0];
    if (line !== undefined) return (JSON.parse(line) as { url?: string }).url ?? '';
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${child.spawnargs[1]} ended:\n${log}`);
  }
  throw new Error(`${child.spawnargs[1]} was not ready in time; see ${logFile}`);
}
