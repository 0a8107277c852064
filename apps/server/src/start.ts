import type { Clock } from '@millrace/clock';
import { hasHeldFlowRuns, type Installation, isDatabaseAway, openInstallation } from '@millrace/db';
import { startDeployments } from '@millrace/deployments';
import { startOrchestrator } from '@millrace/orchestrator';
import { checkAddress, startRpcServer } from '@millrace/rpc/server';
import { startScheduler } from '@millrace/scheduler';
import {
  type AppOptions,
  checkHost,
  defaultRetention,
  openReadyAgents,
  openSecretBox,
  type Retention,
  type RunningApp,
} from '@millrace/service';
import type { Logger } from '@millrace/telemetry';
import { type HomeDatabase, openHomeDatabase } from './home-database.ts';
import { readServerFile, writeServerFile } from './server-file.ts';
import { builtWebFolder, serveWeb } from './web/serve-web.ts';

export { ServerError } from './server-error.ts';

export interface ServerOptions {
  /** Holds the embedded database, unless `databaseUrl` is given, and the key of `encryptionKeys`, unless there are some. */
  readonly home: string;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Whether to serve beyond this machine, without protection. Default false. */
  readonly insecure?: boolean;
  /** Names by which it may be addressed besides loopback ones and `host`; with a wildcard address any IP address may. */
  readonly allowedHosts?: readonly string[];
  /** Default 4200; 0 takes a free one. */
  readonly port?: number;
  /** A Postgres to use instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  readonly databaseSchema: string;
  /** For the secrets that the database keeps. Default: a key of the home. */
  readonly encryptionKeys?: readonly string[];
  /** For how long things are kept. Default: {@link defaultRetention}. */
  readonly retention?: Retention;
  /** Whether to serve the web UI. Default true. */
  readonly ui?: boolean;
  /** Where the built UI is. Default: beside the server. It may come, or be put anew, while the server runs. */
  readonly uiFolder?: string;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether a program started it for itself: it gives its home to a server that somebody starts. Default false. */
  readonly detached?: boolean;
  /** Told how many connections are open, whenever one is opened or closed. */
  readonly onConnections?: (open: number) => void;
  /** Told of what takes time, in words for people. */
  readonly onProgress?: (line: string) => void;
}

/** All apps in this process, on one port. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Whether runs are held by anybody, so that somebody has to look after their leases. */
  holdsRuns(): Promise<boolean>;
}

/** Started in this order, stopped in the reverse one. */
const apps: readonly { readonly name: string; readonly start: (options: AppOptions) => Promise<RunningApp> }[] = [
  { name: 'orchestrator', start: startOrchestrator },
  { name: 'deployments', start: startDeployments },
  { name: 'scheduler', start: startScheduler },
];

/** Starts the embedded database (unless another is given) and every app on it. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { clock, log, host = '127.0.0.1', port = 4200 } = options;
  const progress = options.onProgress ?? (() => undefined);
  checkHost(host, options.insecure ?? false);
  if (!(await willGiveWay(options))) await checkAddress(host, port);
  await using stack = new AsyncDisposableStack();
  const databaseUrl = options.databaseUrl ?? stack.use(await openHome(options, progress)).url;
  progress('Bringing the database up to date…');
  const installation = stack.use(
    await openInstallation({
      databaseUrl,
      databaseSchema: options.databaseSchema,
      applicationName: 'millrace',
      clock,
      onError: (error) => log.warn({ err: error }, 'the database is in trouble; it is tried again'),
    }),
  );
  const running: RunningApp[] = [];
  const shared = sharedOptions(options, installation);
  for (const app of apps) running.push(stack.use(await app.start({ ...shared, log: log.child({ app: app.name }) })));
  const server = stack.use(
    await startRpcServer({
      host,
      port,
      app: 'server',
      allowedHosts: options.allowedHosts ?? [],
      isPassing: isDatabaseAway,
      services: running.flatMap((app) => app.services),
      loops: () => running.flatMap((app) => app.loops?.() ?? []),
      ...((options.ui ?? true) && { fallback: serveWeb({ folder: options.uiFolder ?? builtWebFolder, log }) }),
      ...(options.onConnections && { onConnections: options.onConnections }),
      clock,
      log,
    }),
  );
  if (options.databaseUrl === undefined)
    stack.use(
      await writeServerFile(options.home, {
        url: server.url,
        pid: process.pid,
        detached: options.detached ?? false,
      }),
    );
  stack.defer(async () => void (await Promise.all(running.map((app) => app.drain?.()))));
  const started = stack.move();
  return {
    url: server.url,
    holdsRuns: () => hasHeldFlowRuns(installation.database),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** What all apps of one process have in common. */
function sharedOptions(options: ServerOptions, installation: Installation) {
  const { home, encryptionKeys = [], retention = defaultRetention } = options;
  const { database, signals, clock } = installation;
  const secrets = openSecretBox({ keys: encryptionKeys, home });
  return { database, signals, clock, secrets, retention, readyAgents: openReadyAgents() };
}

/** Whether the home has a server that is going to end: its address is taken until then. */
async function willGiveWay({ home, databaseUrl, detached }: ServerOptions): Promise<boolean> {
  if (databaseUrl !== undefined || detached) return false;
  const file = await readServerFile(home);
  return file?.detached === true && lives(file.pid);
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function openHome(options: ServerOptions, onProgress: (line: string) => void): Promise<HomeDatabase> {
  const { home, clock, log, host = '127.0.0.1', port = 4200, detached = false } = options;
  onProgress(`Starting the embedded Postgres in ${home}…`);
  const holder = `http://${host}:${port} (pid ${process.pid})`;
  return openHomeDatabase({ home, holder, isDetached: detached, clock, log, onProgress });
}
