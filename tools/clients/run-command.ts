import { spawn } from 'node:child_process';
import { systemClock } from '@millrace/clock';

/** What a command did. */
export interface Outcome {
  /** Its exit code; undefined where it could not be started, or was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  /** Added to the environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** When it is ended, with all that it started. Default 60,000. */
  readonly mostMs?: number;
}

/** Runs a command to its end; never rejects. */
export function runCommand([file = '', ...args]: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { environment, mostMs = 60_000 } = options;
  // A group of its own, so that whatever it started can be ended with it.
  const child = spawn(file, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  // Ctrl-C reaches this process alone.
  process.once('exit', end);
  const timer = systemClock.setTimer(mostMs, () => {
    said.stderr += `\nended after ${mostMs / 1000} s`;
    end();
  });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      timer.cancel();
      resolve({ code: undefined, stdout: '', stderr: error.message });
    });
    child.once('close', (code) => {
      timer.cancel();
      process.off('exit', end);
      resolve({ code: code ?? undefined, ...said });
    });
  });
}
