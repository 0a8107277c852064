import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A process of ours under test. */
export interface Process extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Where it serves, once it said so. */
  readonly url: string;
  /** Resolves with the first line on stderr that fits. */
  line(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

function environmentOf(added: Environment): Environment {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('MILLRACE_') && !name.startsWith('VITEST'),
  );
  return { ...(Object.fromEntries(inherited) as Environment), ...added };
}

/** Starts an app from its source and waits until it is ready. */
export async function startProcess(app: string, args: readonly string[], environment: Environment): Promise<Process> {
  const child = spawn(process.execPath, [`apps/${app}/src/main.ts`, ...args], {
    cwd: root,
    env: environmentOf(environment),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const look of waiting) look();
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = (pattern: RegExp) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = () => {
      const found = lines.find((text) => pattern.test(text));
      if (found !== undefined) resolve(found);
    };
    waiting.add(look);
    look();
    void exited.then(() => reject(new Error(`${app} ended before it said ${pattern}:\n${lines.join('\n')}`)));
    return promise.finally(() => waiting.delete(look));
  };
  const ready = JSON.parse(await line(/"msg":"ready"/)) as { url?: string };
  return {
    child,
    url: ready.url ?? '',
    line,
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Runs the CLI to its end. */
export async function millrace(args: readonly string[], environment: Environment) {
  const child = spawn(process.execPath, ['apps/cli/src/main.ts', ...args], {
    cwd: root,
    env: environmentOf(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}
