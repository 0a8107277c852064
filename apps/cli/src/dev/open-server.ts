import type { Clock } from '@millrace/clock';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@millrace/contracts/grpc/health/v1/health_pb';
import { openHttp } from '@millrace/rpc/http-client';
import { type ServiceUrls, type Settings, serviceUrls } from '@millrace/settings';
import { importServer } from '../import-server.ts';
import { processLogger } from '../process-logger.ts';
import { CommandError } from '../usage-error.ts';

/** A server to work with. */
export interface OpenServer extends AsyncDisposable {
  readonly urls: ServiceUrls;
  /** For people. */
  readonly url: string;
  /** Whether it was started here; disposing ends it then. */
  readonly started: boolean;
}

export interface OpenServerOptions {
  readonly settings: Settings;
  /** Of this machine, 0 for any that is free. Default: what the settings say, wherever that is. */
  readonly port?: number | undefined;
  readonly clock: Clock;
  readonly onProgress: (line: string) => void;
}

/** The server that answers at the address, or else one in this process. */
export async function openServer(options: OpenServerOptions): Promise<OpenServer> {
  const { settings, port, clock, onProgress } = options;
  const urls = port === undefined ? serviceUrls(settings) : everywhere(`http://127.0.0.1:${port}`);
  const url = [...new Set(Object.values(urls))].join(',');
  if (port !== 0 && (await isServing(urls)))
    return { urls, url, started: false, [Symbol.asyncDispose]: async () => {} };
  const address = port === undefined ? localAddress(url) : { host: '127.0.0.1', port };
  if (!address)
    throw new CommandError(`no Millrace server answers at ${url}`, [
      'One is started here only at an address of this machine: MILLRACE_API_URL=http://127.0.0.1:PORT',
    ]);
  const { startServer } = await importServer();
  const log = processLogger('server', settings);
  const server = await startServer({ ...settings, ...address, clock, log, onProgress });
  return {
    urls: everywhere(server.url),
    url: server.url,
    started: true,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

// A service of each app, which no other program has.
const known: readonly (readonly [keyof ServiceUrls, string])[] = [
  ['deployments', 'millrace.v1.DeploymentService'],
  ['orchestrator', 'millrace.v1.TransitionService'],
  ['scheduler', 'millrace.v1.WorkQueueService'],
];

/** Something that takes connections and says nothing for this long is no server. */
export const answerMs = 3_000;

async function isServing(urls: ServiceUrls): Promise<boolean> {
  const answers = known.map(async ([app, service]) => {
    using channel = openHttp(urls[app]);
    const { status } = await channel.client(Health).check({ service }, { timeoutMs: answerMs });
    return status === Status.SERVING;
  });
  return Promise.all(answers).then(
    (all) => all.every(Boolean),
    () => false,
  );
}

/** Where to listen so that a server is found at this address; undefined where that is not for this machine to say. */
export function localAddress(urls: string): { readonly host: string; readonly port: number } | undefined {
  if (urls.includes(',')) return undefined;
  const { protocol, hostname, port, pathname } = new URL(urls);
  const host = loopback.get(hostname);
  if (protocol !== 'http:' || pathname !== '/' || host === undefined) return undefined;
  return { host, port: port === '' ? 80 : Number(port) };
}

const loopback: ReadonlyMap<string, string> = new Map([
  ['127.0.0.1', '127.0.0.1'],
  ['localhost', '127.0.0.1'],
  ['[::1]', '::1'],
]);

function everywhere(url: string): ServiceUrls {
  return { deployments: url, orchestrator: url, scheduler: url };
}
