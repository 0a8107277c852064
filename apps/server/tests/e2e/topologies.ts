import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from '@millrace/db/testing';
import { type Process, startProcess } from './processes.ts';

/** A whole installation of real processes. */
export interface Constellation extends AsyncDisposable {
  /** For the CLI. */
  readonly environment: Readonly<Record<string, string>>;
  /** A folder that flows and the test share. */
  readonly folder: string;
  /** Kills what can be spared, with SIGKILL. */
  killCopies(): Promise<void>;
}

export interface Topology {
  readonly name: string;
  start(): Promise<Constellation>;
}

async function base(stack: AsyncDisposableStack) {
  const db = stack.use(await testDatabase());
  const folder = await mkdtemp(join(tmpdir(), 'millrace-e2e-'));
  stack.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return { folder, environment: { MILLRACE_DATABASE_URL: db.url, MILLRACE_HOME: join(folder, 'home') } };
}

const agentArguments = ['default', '--slots', '8', '--on-stop', 'cancel'];

async function startAgent(environment: Readonly<Record<string, string>>, name: string) {
  return startProcess('agent', [...agentArguments, '--name', name], environment);
}

const oneServer: Topology = {
  name: 'one server, two agents',
  async start() {
    const stack = new AsyncDisposableStack();
    const { folder, environment } = await base(stack);
    const server = stack.use(await startProcess('server', ['--port', '0'], environment));
    const clients = { ...environment, MILLRACE_API_URL: server.url };
    const agents = [stack.use(await startAgent(clients, 'a')), stack.use(await startAgent(clients, 'b'))];
    return {
      environment: clients,
      folder,
      killCopies: async () => agents[0]?.kill('SIGKILL'),
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  },
};

const separate: Topology = {
  name: 'four apps, two processes of each',
  async start() {
    const stack = new AsyncDisposableStack();
    const { folder, environment } = await base(stack);
    const pair = async (app: string): Promise<[Process, Process]> => [
      stack.use(await startProcess(app, ['--port', '0'], environment)),
      stack.use(await startProcess(app, ['--port', '0'], environment)),
    ];
    const [deployments, orchestrators, schedulers] = [
      await pair('deployments'),
      await pair('orchestrator'),
      await pair('scheduler'),
    ];
    // Copy A of one app and copy B of the next first; the other copy where that one is gone.
    const urls = (first: 0 | 1) => {
      const both = ([a, b]: [Process, Process], start: 0 | 1) =>
        start === 0 ? `${a.url},${b.url}` : `${b.url},${a.url}`;
      const second = first === 0 ? 1 : 0;
      return {
        ...environment,
        MILLRACE_DEPLOYMENTS_URL: both(deployments, first),
        MILLRACE_ORCHESTRATOR_URL: both(orchestrators, second),
        MILLRACE_SCHEDULER_URL: both(schedulers, first),
      };
    };
    const agents = [stack.use(await startAgent(urls(0), 'a')), stack.use(await startAgent(urls(1), 'b'))];
    return {
      environment: urls(0),
      folder,
      async killCopies() {
        const copies = [deployments[0], orchestrators[0], schedulers[0], agents[0]];
        await Promise.all(copies.map((copy) => copy?.kill('SIGKILL')));
      },
      [Symbol.asyncDispose]: () => stack.disposeAsync(),
    };
  },
};

export const topologies: readonly Topology[] = [oneServer, separate];
