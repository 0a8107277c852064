import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millrace/clock';
import { eventually } from './eventually.ts';

/** How an app is started. */
export interface AppToStart {
  readonly app: 'server' | 'agent' | 'deployments' | 'scheduler';
  readonly args: readonly string[];
  /** Over this process's own variables, `MILLRACE_*` excepted. */
  readonly environment: Readonly<Record<string, string>>;
  /** Gets all that it prints. */
  readonly logFile: string;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** An app in a process of its own. */
export interface AppProcess extends AsyncDisposable {
  readonly pid: number;
  /** Where it serves, if it serves. */
  readonly url: string;
  /** Its exit code once it has ended; null where a signal ended it. */
  readonly exited: Promise<number | null>;
}

const root = join(import.meta.dirname, '..', '..');
// It starts beside others on few cores.
const READY_WITHIN_MS = 40_000;
const ENDS_WITHIN_MS = 40_000;

/** Starts an app from its source; resolves when it says that it is ready. Disposing asks it to end. */
export async function startApp(options: AppToStart): Promise<AppProcess> {
  const { app, args, logFile, clock, stop } = options;
  const said = (await readFile(logFile, 'utf8').catch(() => '')).length;
  await using output = await open(logFile, 'a');
  const child = spawn(process.execPath, [`apps/${app}/src/main.ts`, ...args], {
    cwd: root,
    env: { ...ownEnvironment(), ...options.environment },
    stdio: ['ignore', output.fd, output.fd],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const dispose = async () => {
    const timer = clock.setTimer(ENDS_WITHIN_MS, () => child.kill('SIGKILL'));
    child.kill('SIGTERM');
    await exited;
    timer.cancel();
  };
  try {
    const what = `the ${app} is ready; see ${logFile}`;
    const url = await eventually({ clock, stop, withinMs: READY_WITHIN_MS, what }, async () => {
      const line = (await readFile(logFile, 'utf8')).slice(said).match(/^.*"msg":"ready".*$/m)?.[0];
      if (line !== undefined) return (JSON.parse(line) as { url?: string }).url ?? '';
      if (child.exitCode !== null || child.signalCode !== null) return 'ended';
      return undefined;
    });
    if (url === 'ended' || child.pid === undefined)
      throw new Error(`the ${app} ended before it was ready; see ${logFile}`);
    return { pid: child.pid, url, exited, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function ownEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(MILLRACE_|VITEST|NODE_OPTIONS)/.test(name));
  return Object.fromEntries(kept);
}
