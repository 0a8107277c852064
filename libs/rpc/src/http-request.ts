import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { systemClock } from '@millrace/clock/system';
import { NotReached } from './addresses.ts';
import { deadlineExceeded, MillraceError, unavailable } from './errors.ts';

// An `import` of it reads all its exports, and with them loads fetch, HTTP/2 and TLS: 40 ms of each command's start.
const http = process.getBuiltinModule('node:http');

/** One server, and the connections to it. */
export interface HttpAddress {
  readonly url: URL;
  readonly agent: Agent;
}

/** Connections to a server, kept for the next calls. They don't keep the process alive. */
export function openAddress(url: URL): HttpAddress {
  if (url.protocol !== 'http:') throw new TypeError(`${url.origin}: only http:// is supported`);
  return { url, agent: new http.Agent({ keepAlive: true, scheduling: 'lifo' }) };
}

export interface HttpCall {
  /** Follows the address's own. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Not touched before there is a connection, so that it is whole for the next address after a {@link NotReached}. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal | undefined;
  /** In the clock's milliseconds; undefined is never. */
  readonly deadline: number | undefined;
  readonly connectTimeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Throws MillraceErrors only. Leaving it early ends the call. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** A kept connection that the server had closed by the time it was used. */
class StaleConnection extends Error {}

/** POSTs over `node:http`; rejects with {@link NotReached}, MillraceErrors, or what the body throws. */
export async function post(address: HttpAddress, call: HttpCall): Promise<HttpReply> {
  for (;;) {
    try {
      return await attempt(address, call);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
    }
  }
}

function attempt(address: HttpAddress, call: HttpCall): Promise<HttpReply> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(address.url, {
      agent: address.agent,
      method: 'POST',
      path: address.url.pathname.replace(/\/$/, '') + call.path,
      headers: call.headers,
    });
    let why: unknown;
    let isSending = false;
    const fail = (reason: unknown) => {
      why ??= reason;
      outgoing.destroy();
    };
    const release = watchEnd(call, fail);
    const send = () => {
      isSending = true;
      sendBody(outgoing, call.body).catch(fail);
    };
    outgoing.once('socket', () => onceConnected(outgoing, call.connectTimeoutMs, send));
    // Stays for the life of the request: after the reply came, errors are seen by whoever reads its body.
    outgoing.on('error', (error) => {
      release();
      if (why) reject(why);
      else if (isSending) reject(lost(address, error));
      else reject(outgoing.reusedSocket ? new StaleConnection() : new NotReached(error.message || codeOf(error)));
    });
    outgoing.on('response', (response) => {
      response.on('error', () => {});
      response.once('close', release);
      const body = bodyOf(outgoing, response, (error) => why ?? lost(address, error));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
    });
  });
}

/** Calls `end` when the caller gives up or its time is up; until the returned function is called. */
function watchEnd({ signal, deadline }: HttpCall, end: (reason: MillraceError) => void): () => void {
  const abort = () => end(MillraceError.from(signal?.reason));
  const timer =
    deadline === undefined
      ? undefined
      : systemClock.setTimer(deadline - systemClock.now(), () => end(deadlineExceeded()));
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  return () => {
    timer?.cancel();
    signal?.removeEventListener('abort', abort);
  };
}

function onceConnected(outgoing: ClientRequest, connectTimeoutMs: number, start: () => void): void {
  const { socket } = outgoing;
  if (!socket) return;
  if (!socket.connecting) {
    // A whole turn of the event loop, in which it shows if the server has closed this kept connection meanwhile.
    setImmediate(() =>
      setImmediate(() => {
        if (!outgoing.destroyed) start();
      }),
    );
    return;
  }
  const timer = systemClock.setTimer(connectTimeoutMs, () =>
    socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`)),
  );
  socket.once('close', () => timer.cancel());
  socket.once('connect', () => {
    timer.cancel();
    start();
  });
}

async function sendBody(outgoing: ClientRequest, body: HttpCall['body']): Promise<void> {
  if (body instanceof Uint8Array) return void outgoing.end(body);
  // So that the server can answer before the first message of a stream.
  outgoing.flushHeaders();
  for await (const chunk of body) {
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

async function* bodyOf(
  outgoing: ClientRequest,
  response: IncomingMessage,
  errorFor: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* response as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw errorFor(error);
  } finally {
    // A reply that is complete before the request is: the rest is of no interest.
    if (!outgoing.writableEnded) outgoing.destroy();
  }
}

function lost(address: HttpAddress, error: unknown): MillraceError {
  return unavailable('CONNECTION_LOST', `lost the connection to ${address.url.origin}: ${codeOf(error)}`);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
