import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { JsonReadOptions } from '@bufbuild/protobuf';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { notFound } from '../errors.ts';
import { addConnectRoutes } from './connect-routes.ts';
import { allowCrossOrigin, answerPreflight } from './cross-origin.ts';
import type { Guard } from './guard.ts';
import { JsonTextDecoder } from './json-text.ts';
import type { PreparedMethod } from './prepare.ts';
import { refuse, refuseType } from './refuse.ts';
import { limitBody } from './request-body.ts';

/** Answers requests that no RPC takes: the web UI. It calls `notFound` for those that it has nothing for either. */
export type Fallback = (request: IncomingMessage, response: ServerResponse, notFound: () => void) => void;

export interface Http1Options {
  readonly methods: readonly PreparedMethod[];
  readonly guard: Guard;
  readonly limitBytes: number;
  /** How long a client may take to send its headers. */
  readonly headersTimeoutMs: number;
  /** Ends the streams when aborted. */
  readonly stop: AbortSignal;
  readonly fallback: Fallback | undefined;
}

const servedTypes = /^application\/(json|proto|connect\+(json|proto)|grpc-web(-text)?(\+(json|proto))?)\s*(;|$)/i;
const oneMessageTypes = /^application\/(json|proto)\b/i;

// Connect takes a decoder there, though its options' type does not say so.
const jsonOptions: Partial<JsonReadOptions> & { textDecoder: JsonTextDecoder } = { textDecoder: new JsonTextDecoder() };

/** Longer than any client of ours keeps a connection, so that it isn't the server that closes one just as it is used. */
const keepAliveTimeoutMs = 75_000;

/** The HTTP/1.1 side: Connect and gRPC-Web. It doesn't listen; connections are handed to it. */
export function createHttp1Server(options: Http1Options): Server {
  const serve = rpcListener(options);
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: options.headersTimeoutMs,
    connectionsCheckingInterval: Math.ceil(options.headersTimeoutMs / 2),
  });
  server.on('request', (request, response) => {
    if (options.stop.aborted) response.shouldKeepAlive = false;
    response.once('finish', () => {
      if (options.stop.aborted) request.socket.destroySoon();
    });
    serve(request, response);
  });
  // As if it listened: this is what starts Node's own watch over slow headers and idle connections.
  server.emit('listening');
  return server;
}

function rpcListener({ methods, guard, limitBytes, stop, fallback }: Http1Options): RequestListener {
  const paths = new Set(methods.map(({ method }) => `/${method.parent.typeName}/${method.name}`));
  const serve = connectNodeAdapter({
    routes: (router) => addConnectRoutes(router, methods, limitBytes),
    grpc: false,
    readMaxBytes: limitBytes,
    jsonOptions,
    shutdownSignal: stop,
  });
  return (request, response) => {
    const { host, origin } = request.headers;
    const refusal = guard.refusal({ host, origin });
    if (refusal) return refuse(response, 403, refusal);
    const path = request.url?.split('?', 1)[0] ?? '';
    if (!paths.has(path)) {
      const answerNotFound = () => refuse(response, 404, notFound('page or RPC', path.slice(0, 200)));
      return fallback ? fallback(request, response, answerNotFound) : answerNotFound();
    }
    if (origin !== undefined && guard.isAllowedOrigin(origin)) {
      allowCrossOrigin(response, origin);
      if (request.method === 'OPTIONS') return answerPreflight(response);
    }
    const type = request.headers['content-type'] ?? '';
    if (request.method === 'POST' && !servedTypes.test(type)) return refuseType(response, type);
    limitBody(request, { limitBytes, isOneMessage: oneMessageTypes.test(type) });
    serve(request, response);
  };
}
