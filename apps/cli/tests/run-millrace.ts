import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How a call of the command line ended. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

// Where no test puts anything by itself: the developer's own home may have profiles.
const emptyHome = join(tmpdir(), `millrace-no-home-${process.pid}`);
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

/** A call of the command line in a process of its own, with nothing of ours in its environment but what is given. */
export function startMillrace(line: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_'));
  const child = spawn(process.execPath, [main, ...line], {
    env: { ...Object.fromEntries(inherited), MILLRACE_HOME: emptyHome, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
  return { child, outcome };
}

/** The same, to its end. */
export function runMillrace(
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return startMillrace(line, environment).outcome;
}
