import { createServer, type Socket } from 'node:net';
import { ServerCredentials } from '@grpc/grpc-js';
import { type Clock, systemClock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { unavailable } from '../errors.ts';
import { adminService, type LoopStatus } from './admin.ts';
import { createGrpcServer } from './grpc.ts';
import { createGuard } from './guard.ts';
import { healthService } from './health.ts';
import { createHttp1Server, type Fallback } from './http1.ts';
import { listen } from './listen.ts';
import { prepare } from './prepare.ts';
import { reflectionServices } from './reflection.ts';
import type { Service } from './service.ts';
import { sniff } from './sniff.ts';
import { loadValidation } from './validation.ts';

/** How to serve. */
export interface RpcServerOptions {
  /** Address to listen on: "127.0.0.1". */
  readonly host: string;
  /** Port to listen on; 0 lets the system choose. */
  readonly port: number;
  /** Says which app this is, in AdminService.GetVersion. */
  readonly app: string;
  /** What to serve, besides health, reflection and AdminService, which every server has. */
  readonly services: readonly Service[];
  /** How the loops of what it serves fare, for AdminService.ListLoops. Default: there are none. */
  readonly loops?: () => readonly LoopStatus[];
  /** For the references of internal errors. */
  readonly clock: Clock;
  /** Gets the internal errors. */
  readonly log: Logger;
  /**
   * Whether an error that is none for clients says that what the server needs, such as its database, is away for a time:
   * they get UNAVAILABLE then instead of INTERNAL. Default: none does.
   */
  readonly isPassing?: (thrown: unknown) => boolean;
  /** The largest request, or message of a stream of requests. Default 4 MiB. */
  readonly requestLimitBytes?: number;
  /** Names by which clients may address the server besides loopback ones and `host`; any IP address where that is a wildcard. */
  readonly allowedHosts?: readonly string[];
  /** Origins of web pages that may call besides the server's own. Default: none. */
  readonly allowedOrigins?: readonly string[];
  /** Takes HTTP/1.1 requests that are no RPC. Default: a 404. */
  readonly fallback?: Fallback;
  /** How long a connection may say nothing, or not finish its headers, before it is closed. Default 10,000. */
  readonly silentSocketMs?: number;
  /** Told how many connections are open, whenever one is opened or closed. */
  readonly onConnections?: (open: number) => void;
  /** How long running unary calls get to end when the server stops. Default 3,000. */
  readonly stopGraceMs?: number;
}

/** A server that serves. Disposing of it ends the streams with UNAVAILABLE and closes all connections. */
export interface RpcServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** For clients: "http://127.0.0.1:4200". */
  readonly url: string;
}

/**
 * Serves gRPC, Connect and gRPC-Web on one port.
 * @throws ListenError where the address can't be taken
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host, silentSocketMs = 10_000, stopGraceMs = 3_000 } = options;
  const stopping = new AbortController();
  const { http1, grpc } = await createSides(options, stopping.signal, silentSocketMs);
  const injector = grpc.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer({ allowHalfOpen: true, keepAlive: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    options.onConnections?.(sockets.size);
    socket.once('close', () => {
      sockets.delete(socket);
      options.onConnections?.(sockets.size);
    });
    sniff(socket, silentSocketMs, {
      http2: (known) => {
        // Half open, the stream of a client that was killed would go on until its silence is noticed.
        known.allowHalfOpen = false;
        injector.injectConnection(known);
      },
      http1: (known) => http1.emit('connection', known),
    });
  });
  const stop = async () => {
    const closed = new Promise<void>((resolve) => void listener.close(() => resolve()));
    stopping.abort(unavailable('SERVER_STOPPING', 'the server is stopping', 1_000));
    http1.close();
    http1.closeIdleConnections();
    grpc.tryShutdown(() => {});
    const force = systemClock.setTimer(stopGraceMs, () => {
      grpc.forceShutdown();
      for (const socket of sockets) socket.destroy();
    });
    await closed;
    force.cancel();
  };
  let stopped: Promise<void> | undefined;
  try {
    const port = await listen(listener, host, options.port);
    return {
      host,
      port,
      url: `http://${urlHost(host)}:${port}`,
      [Symbol.asyncDispose]: () => {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function createSides(options: RpcServerOptions, stop: AbortSignal, headersTimeoutMs: number) {
  const { clock, log, host, fallback, isPassing = () => false } = options;
  const { requestLimitBytes: limitBytes = 4 * 1024 ** 2 } = options;
  const services = [...options.services, adminService(options.app, options.loops ?? (() => []))];
  services.push(healthService(services.map(({ descriptor }) => descriptor.typeName)));
  services.push(...reflectionServices(services.map(({ descriptor }) => descriptor)));
  const validate = await loadValidation();
  const methods = services.flatMap((one) => prepare(one, { validate, clock, log, isPassing }));
  const guard = createGuard({
    allowedHosts: [host, ...(options.allowedHosts ?? [])],
    anyAddress: host === '0.0.0.0' || host === '::',
    allowedOrigins: options.allowedOrigins ?? [],
  });
  return {
    http1: createHttp1Server({ methods, guard, limitBytes, stop, fallback, headersTimeoutMs }),
    grpc: createGrpcServer({ methods, guard, limitBytes, stop, clock, log }),
  };
}

/** The host as it stands in a URL that reaches this server from the same machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
