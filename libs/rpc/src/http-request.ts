import { type Agent, type ClientRequest, type IncomingMessage, request as nodeRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { UniversalClientRequest, UniversalClientResponse } from '@connectrpc/connect/protocol';
import { systemClock } from '@millrace/clock';
import { NotReached } from './addresses.ts';
import { toConnectError } from './encode-error.ts';
import { MillraceError, unavailable } from './errors.ts';

/** One server, and the connections to it. */
export interface HttpAddress {
  readonly url: URL;
  readonly agent: Agent;
}

/**
 * Makes a request over `node:http`. The body is not touched before there is a connection, so that a {@link NotReached}
 * leaves it whole for the next address.
 */
export function requestOver(
  address: HttpAddress,
  call: UniversalClientRequest,
  connectTimeoutMs: number,
): Promise<UniversalClientResponse> {
  return new Promise((resolve, reject) => {
    if (call.signal?.aborted) return reject(aborted(call.signal));
    const outgoing = nodeRequest(address.url, {
      agent: address.agent,
      method: call.method,
      path: address.url.pathname.replace(/\/$/, '') + new URL(call.url).pathname,
      headers: Object.fromEntries(call.header),
    });
    const abort = () => outgoing.destroy();
    call.signal?.addEventListener('abort', abort, { once: true });
    const over = () => call.signal?.removeEventListener('abort', abort);
    let connected = false;
    onConnected(outgoing, connectTimeoutMs, () => {
      connected = true;
      send(outgoing, call.body).catch((error: unknown) => {
        outgoing.destroy();
        reject(error);
      });
    });
    // Stays for the life of the request: after the response came, errors are seen by whoever reads its body.
    outgoing.on('error', (error) => {
      over();
      if (call.signal?.aborted) reject(aborted(call.signal));
      else reject(connected ? lost(address, error) : new NotReached(error.message || codeOf(error)));
    });
    outgoing.on('response', (response) => {
      response.on('error', () => {});
      response.once('close', over);
      resolve(responseOf(address, outgoing, response, call.signal));
    });
  });
}

function onConnected(outgoing: ClientRequest, connectTimeoutMs: number, start: () => void): void {
  outgoing.once('socket', (socket: Socket) => {
    if (!socket.connecting) return start();
    const timer = systemClock.setTimer(connectTimeoutMs, () =>
      socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`)),
    );
    socket.once('close', () => timer.cancel());
    socket.once('connect', () => {
      timer.cancel();
      start();
    });
  });
}

async function send(outgoing: ClientRequest, body: AsyncIterable<Uint8Array> | undefined): Promise<void> {
  // So that the server can answer before the first message of a stream.
  outgoing.flushHeaders();
  for await (const chunk of body ?? []) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await writable(outgoing);
  }
  outgoing.end();
}

/** Resolves once more can be written, or never will be. */
function writable(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    if (outgoing.destroyed) return resolve();
    outgoing.on('drain', done).on('close', done);
  });
}

function responseOf(
  address: HttpAddress,
  outgoing: ClientRequest,
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): UniversalClientResponse {
  return {
    status: response.statusCode ?? 0,
    header: headersOf(response),
    body: bodyOf(address, outgoing, response, signal),
    trailer: new Headers(),
  };
}

async function* bodyOf(
  address: HttpAddress,
  outgoing: ClientRequest,
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw signal?.aborted ? aborted(signal) : lost(address, error);
  } finally {
    // A reply that is complete before the request is: the rest is of no interest.
    if (!outgoing.writableEnded) outgoing.destroy();
  }
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return headers;
}

function aborted(signal: AbortSignal): Error {
  return toConnectError(MillraceError.from(signal.reason));
}

function lost(address: HttpAddress, error: unknown): Error {
  const message = `lost the connection to ${address.url.origin}: ${codeOf(error)}`;
  return toConnectError(unavailable('CONNECTION_LOST', message));
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
