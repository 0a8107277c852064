import type { IncomingMessage } from 'node:http';
import { toConnectError } from '../encode-error.ts';
import { type MillraceError, resourceExhausted } from '../errors.ts';

// A client reads the reply only once it has sent its request, so what is too large is read all the same; but not for ever.
const drainedLimits = 16;

/** How the body of a request over HTTP/1.1 may look. */
export interface BodyRules {
  /** Of one message. */
  readonly limitBytes: number;
  /** The body is one message and nothing else; otherwise a sequence of them, each checked as it is taken apart. */
  readonly isOneMessage: boolean;
}

/**
 * Makes the request's iterator safe to leave early: the connection stays, what is left is read and dropped, and the
 * reply reaches the client.
 */
export function limitBody(request: IncomingMessage, rules: BodyRules): void {
  const declared = Number(request.headers['content-length'] ?? 0);
  // Connect would refuse on seeing the header, without reading on.
  if (rules.isOneMessage && declared > rules.limitBytes) delete request.headers['content-length'];
  // A client that goes away is an event of its own, not one that may go unheard.
  request.on('error', () => {});
  const body = () => (rules.isOneMessage ? oneMessage(request, rules.limitBytes) : sequence(request, rules.limitBytes));
  Object.defineProperty(request, Symbol.asyncIterator, { value: body });
}

/** RESOURCE_EXHAUSTED, naming the limit. */
export function requestTooLarge(limitBytes: number): MillraceError {
  const limit = limitBytes % 1024 ** 2 === 0 ? `${limitBytes / 1024 ** 2} MiB` : `${limitBytes} bytes`;
  return resourceExhausted('REQUEST_TOO_LARGE', `the request is larger than the limit of ${limit}`);
}

async function* oneMessage(request: IncomingMessage, limitBytes: number): AsyncGenerator<Uint8Array, void> {
  let size = 0;
  for await (const chunk of chunks(request)) {
    size += chunk.byteLength;
    if (size > limitBytes * drainedLimits) {
      request.destroy();
      break;
    }
    if (size <= limitBytes) yield chunk;
  }
  if (size > limitBytes) throw toConnectError(requestTooLarge(limitBytes));
}

async function* sequence(request: IncomingMessage, limitBytes: number): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks(request);
  } finally {
    if (!request.readableEnded) drain(request, limitBytes * drainedLimits);
  }
}

function chunks(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

function drain(request: IncomingMessage, mostBytes: number): void {
  let size = 0;
  request.on('data', (chunk: Uint8Array) => {
    size += chunk.byteLength;
    if (size > mostBytes) request.destroy();
  });
  request.resume();
}
