import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDeployments } from 'millrace';
import { MillraceClient } from 'millrace/client';
import type { BenchContext } from '../harness/scenario.ts';
import { startApp } from '../processes/app-process.ts';
import { outerEnvironment } from '../processes/outer-environment.ts';

/** A server in a process of its own, with deployments. */
export interface CliInstallation extends AsyncDisposable {
  readonly url: string;
  /** What the command line gets to find it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deployments: number;
}

const flowFile = join(import.meta.dirname, 'flow', 'nightly-report.ts');

/** Starts a server and creates this many deployments of one flow, as the command line does. */
export async function startCliInstallation(context: BenchContext, deployments: number): Promise<CliInstallation> {
  const { postgres, folder, clock } = context;
  await using stack = new AsyncDisposableStack();
  const name = `cli_${deployments}`;
  const home = join(folder, name);
  await mkdir(home);
  // Each process brings its own, or none.
  const { NODE_COMPILE_CACHE: _, ...outer } = outerEnvironment(context.environment);
  const environment = { ...outer, MILLRACE_HOME: home };
  const server = stack.use(
    await startApp({
      script: 'apps/server/src/main.ts',
      args: ['--port', '0'],
      environment: { ...environment, MILLRACE_DATABASE_URL: await postgres.createDatabase(name) },
      logFile: join(folder, `${name}.log`),
      clock,
    }),
  );
  using client = new MillraceClient({ urls: server.url, actor: 'bench' });
  const [nightly] = await loadDeployments(flowFile, { warn: context.progress });
  if (!nightly) throw new Error(`${flowFile} has no deployment`);
  const digits = String(deployments).length;
  await client.createDeployments(
    Array.from({ length: deployments }, (_, index) => ({
      ...nightly,
      name: `nightly ${String(index).padStart(digits, '0')}`,
    })),
  );
  const started = stack.move();
  return {
    url: server.url,
    environment: { ...environment, MILLRACE_API_URL: server.url },
    deployments,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
