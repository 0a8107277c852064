import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgent } from '@millrace/agent';
import { systemClock } from '@millrace/clock';
import { startServer } from '@millrace/server';
import { createLogger } from '@millrace/telemetry';

const root = join(import.meta.dirname, '..', '..');

/** An example in a folder of its own, and a server with nothing in it. */
export interface ExampleProject extends AsyncDisposable {
  /** What a call of the command line in that folder printed, stdout and stderr as they came. */
  millrace(line: readonly string[]): Promise<{ readonly printed: string; readonly exitCode: number | null }>;
  /** What a program of the project printed, likewise. */
  program(file: string): Promise<{ readonly printed: string; readonly exitCode: number | null }>;
  /** Writes a file of the project. */
  write(file: string, text: string): Promise<void>;
  /** Replaces text in a file of the project. */
  edit(file: string, from: string, to: string): Promise<void>;
  /** Starts an agent for the queue `default`. */
  startAgent(): Promise<void>;
}

/**
 * @param example a folder of `examples`
 * @param databaseUrl a Postgres in which the schema `schema` may be made; default: an embedded one
 */
export async function exampleProject(
  example: string,
  databaseUrl?: string,
  schema = 'cli_docs',
): Promise<ExampleProject> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'millrace-hello-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const project = join(folder, 'project');
  await cp(join(root, 'examples', example), project, { recursive: true });
  await mkdir(join(project, 'node_modules'));
  await symlink(join(root, 'libs', 'sdk'), join(project, 'node_modules', 'millrace'));
  const clock = systemClock;
  const log = createLogger({ name: 'cli-docs', level: 'warn' });
  const server = stack.use(await startServer({ home, port: 0, databaseUrl, databaseSchema: schema, clock, log }));
  const { url } = server;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MILLRACE_')));
  const environment = { ...inherited, MILLRACE_HOME: home, MILLRACE_API_URL: url };
  const owned = stack.move();
  return {
    millrace: (line) =>
      printedBy([join(root, 'apps', 'cli', 'src', 'main.ts'), ...line], { cwd: project, environment }),
    program: (file) => printedBy([file], { cwd: project, environment }),
    write: (file, text) => writeFile(join(project, file), text),
    async edit(file, from, to) {
      const path = join(project, file);
      const text = await readFile(path, 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
      await writeFile(path, text.replace(from, to));
    },
    async startAgent() {
      const urls = { deployments: url, orchestrator: url, scheduler: url };
      owned.use(await startAgent({ urls, name: 'docs', workQueues: ['default'], home, clock, log, environment }));
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function printedBy(
  line: readonly string[],
  { cwd, environment }: { readonly cwd: string; readonly environment: NodeJS.ProcessEnv },
): Promise<{ printed: string; exitCode: number | null }> {
  const child = spawn(process.execPath, [...line], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  // Apart, so that their order is the same each time.
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ printed: `${said.stdout}${said.stderr}`, exitCode }));
  });
}
