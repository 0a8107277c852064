import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@bufbuild/protobuf';
import type { Clock } from '@millrace/clock';
import { type DeploymentSpec, loadDeployments } from 'millrace';
import { MillraceClient } from 'millrace/client';
import { type AppProcess, startApp } from '../app-process.ts';
import { allProcesses, isOf, signalTo } from '../process-table.ts';

export interface InstallationOptions {
  readonly clock: Clock;
  readonly stop: AbortSignal;
  /** The file whose deployments it has. Default: flows that can be killed. */
  readonly flowFile?: string;
  /** Parameters laid over those of each deployment, by its name and the folder that is shared with user code. */
  readonly parameters?: (name: string, shared: string) => JsonObject;
}

/** A server with its own Postgres, and an agent, as processes, in a home of their own. */
export interface Installation {
  /** Everything that it writes is below this. */
  readonly folder: string;
  /** What user code shares with its judge. */
  readonly shared: string;
  readonly client: MillraceClient;
  /** By name: "flow/deployment". */
  readonly deploymentIds: ReadonlyMap<string, string>;
  /** The ones that run now; replaced when they are started anew. */
  server: AppProcess;
  agent: AppProcess;
  startServer(): Promise<AppProcess>;
  startAgent(): Promise<AppProcess>;
  /** The pool's processes: those of the agent that runs now. */
  children(): Promise<number[]>;
  /** Postmaster first. */
  postgres(): Promise<number[]>;
  keepers(): Promise<number[]>;
  /** Ends all in order, and gives what went wrong in that; nothing of it runs afterwards. */
  end(): Promise<string[]>;
}

const GONE_WITHIN_MS = 10_000;
const killedFlows = join(import.meta.dirname, '..', 'flows', 'killed.ts');

export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { clock, stop, flowFile = killedFlows, parameters = () => ({}) } = options;
  const folder = await mkdtemp(join(tmpdir(), 'millrace-kill-'));
  const home = join(folder, 'home');
  const shared = join(folder, 'shared');
  await mkdir(shared);
  // The last one is how processes are found of which nothing else tells where they belong.
  const variables = { MILLRACE_HOME: home, SOAK_FOLDER: folder };
  const start = (app: 'server' | 'agent', args: readonly string[], environment: Readonly<Record<string, string>>) =>
    startApp({ app, args, environment, logFile: join(folder, `${app}.log`), clock, stop });
  const server = await start('server', ['--port', '0'], variables).catch(async (error: unknown) => {
    await endAll(folder, clock);
    throw error;
  });
  const startServer = () => start('server', ['--port', new URL(server.url).port], variables);
  const startAgent = () => start('agent', ['default', '--slots', '4'], { ...variables, MILLRACE_API_URL: server.url });
  const client = new MillraceClient({ urls: server.url, actor: 'soak' });
  try {
    await client.workQueues.createWorkQueue({ name: 'default' });
    const created = await client.createDeployments(await loadWith(flowFile, (name) => parameters(name, shared)));
    const ids = created.map(({ deployment }) => [`${deployment.flowName}/${deployment.name}`, deployment.id] as const);
    const installation: Installation = {
      ...{ folder, shared, client, server, startServer, startAgent },
      deploymentIds: new Map(ids),
      agent: await startAgent(),
      async children() {
        const { pid } = installation.agent;
        const entries = await allProcesses();
        return entries
          .filter((entry) => entry.parent === pid && /engine/.test(entry.command))
          .map((entry) => entry.pid);
      },
      async postgres() {
        const [line] = (await readFile(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n');
        const postmaster = Number(line);
        const entries = await allProcesses();
        return [postmaster, ...entries.filter((entry) => entry.parent === postmaster).map((entry) => entry.pid)];
      },
      async keepers() {
        const entries = await allProcesses();
        return entries
          .filter(({ command }) => command.includes('millrace-postgres-keeper') && command.includes(home))
          .map((entry) => entry.pid);
      },
      async end() {
        client[Symbol.dispose]();
        const problems: string[] = [];
        for (const name of ['agent', 'server'] as const) {
          await installation[name][Symbol.asyncDispose]();
          const code = await installation[name].exited;
          if (code !== 0) problems.push(`the ${name} ended with ${code ?? 'a signal'} when it was asked to end`);
        }
        return [...problems, ...(await endAll(folder, clock))];
      },
    };
    return installation;
  } catch (error) {
    client[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
    await endAll(folder, clock);
    throw error;
  }
}

/** The deployments of a file, with parameters laid over theirs. */
async function loadWith(file: string, parameters: (name: string) => JsonObject) {
  const over = ({ name, spec }: { name: string; spec: DeploymentSpec }): DeploymentSpec => {
    return { ...spec, parameters: { ...spec.parameters, ...parameters(name) } };
  };
  return (await loadDeployments(file)).map((each) => ({ ...each, spec: over(each) }));
}

/** Waits for what ends by itself; names what is left then, and ends it. */
async function endAll(folder: string, clock: Clock): Promise<string[]> {
  const until = clock.now() + GONE_WITHIN_MS;
  for (;;) {
    const entries = await allProcesses();
    const belongs = await Promise.all(entries.map((entry) => isOf(folder, entry)));
    const left = entries.filter((_, index) => belongs[index]);
    if (left.length === 0) return [];
    if (clock.now() > until) {
      signalTo(
        left.map((entry) => entry.pid),
        'SIGKILL',
      );
      return left.map(({ pid, command }) => `process ${pid} was left: ${command.slice(0, 80)}`);
    }
    await clock.sleep(50);
  }
}
