import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Database } from '@millrace/db';
import { MillraceClient } from 'millrace/client';
import { openBenchDatabase } from '../harness/postgres.ts';
import type { BenchContext } from '../harness/scenario.ts';
import { type AppProcess, repository, startApp } from '../processes/app-process.ts';
import { outerEnvironment } from '../processes/outer-environment.ts';

/** Millrace as users run it: a server and two agents as processes, the flow deployed by the command line. */
export interface Installation extends AsyncDisposable {
  readonly database: Database;
  readonly url: string;
  /** With the default pool of waiting processes; takes what is tagged "warm". */
  readonly warmAgent: AppProcess;
  /** Without one; takes what is tagged "cold". */
  readonly coldAgent: AppProcess;
  readonly warmAgentLog: string;
}

const flowFile = join(import.meta.dirname, 'flow', 'stamp.ts');

export async function startInstallation(context: BenchContext): Promise<Installation> {
  const { postgres, folder, clock } = context;
  await using stack = new AsyncDisposableStack();
  const home = join(folder, 'home');
  await mkdir(home);
  const databaseUrl = await postgres.createDatabase('millrace');
  const environment = { ...outerEnvironment(context.environment), MILLRACE_HOME: home };
  const start = async (script: string, args: string[], variables: Record<string, string>) => {
    const logFile = join(folder, `${script.replaceAll('/', '-')}.log`);
    const app = stack.use(
      await startApp({ script, args, environment: { ...environment, ...variables }, logFile, clock }),
    );
    return { app, logFile };
  };
  const server = await start('apps/server/src/main.ts', ['--port', '0'], { MILLRACE_DATABASE_URL: databaseUrl });
  const { url } = server.app;
  using client = new MillraceClient({ urls: url, actor: 'bench' });
  for (const name of ['warm', 'cold']) await client.workQueues.createWorkQueue({ name, filter: { tags: [name] } });
  const cli = join(repository, 'apps', 'cli', 'bin', 'millrace.mjs');
  await promisify(execFile)(process.execPath, [cli, 'deployment', 'create', flowFile], {
    env: { ...environment, MILLRACE_API_URL: url },
  });
  const api = { MILLRACE_API_URL: url };
  const warm = await start('apps/agent/src/main.ts', ['warm'], api);
  const cold = await start('tools/bench/src/dispatch/agent-without-pool.ts', ['cold'], api);
  const database = stack.use(openBenchDatabase(databaseUrl));
  const started = stack.move();
  return {
    database,
    url,
    warmAgent: warm.app,
    warmAgentLog: warm.logFile,
    coldAgent: cold.app,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
