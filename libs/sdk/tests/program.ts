import { spawn } from 'node:child_process';
import { type TemporaryFiles, temporaryFiles } from './temporary-files.ts';

const sdk = new URL('../src/', import.meta.url).href;

/** A program of a user's that ran to its end. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of a user's, in a folder with this package installed. */
export interface Program extends AsyncDisposable {
  readonly files: TemporaryFiles;
  readonly ended: Promise<ProgramEnd>;
  /** Resolves once it has printed this, to whichever output. */
  said(text: string): Promise<void>;
  /** Gives it a line. */
  tell(line: string): void;
  kill(): void;
}

/** @param source of `main.ts`; what it imports from 'millrace' it has to say */
export async function startProgram(source: string, environment: Readonly<Record<string, string>>): Promise<Program> {
  const files = await temporaryFiles({
    'node_modules/millrace/package.json': '{"type":"module","exports":{".":"./index.js","./testing":"./testing.js"}}',
    'node_modules/millrace/index.js': `export * from ${JSON.stringify(`${sdk}index.ts`)};`,
    'node_modules/millrace/testing.js': `export * from ${JSON.stringify(`${sdk}testing.ts`)};`,
    'main.ts': source,
  });
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_'));
  const child = spawn(process.execPath, ['main.ts'], {
    cwd: files.path,
    env: { ...Object.fromEntries(inherited), MILLRACE_HOME: files.in('home'), ...environment },
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const look of waiting) look();
    });
  const ended = new Promise<ProgramEnd>((resolve) => child.once('close', (code) => resolve({ code, ...output })));
  return {
    files,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => (output.stdout + output.stderr).includes(text) && resolve();
        waiting.add(look);
        look();
        void ended.then((end) => reject(new Error(`ended without saying ${text}: ${JSON.stringify(end)}`)));
      }),
    tell: (line) => void child.stdin.write(`${line}\n`),
    kill: () => void child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await files[Symbol.asyncDispose]();
    },
  };
}
