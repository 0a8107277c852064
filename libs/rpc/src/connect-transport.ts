import {
  create,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import type { StreamResponse, Transport, UnaryResponse } from '@connectrpc/connect';
import { systemClock } from '@millrace/clock/system';
import { decodeConnectReply } from './decode-error.ts';
import { decodeEnvelopes, encodeEnvelope, endFlag } from './envelopes.ts';
import { Code, MillraceError } from './errors.ts';
import type { HttpCall, HttpReply } from './http-request.ts';

export interface ConnectTransportOptions {
  /** Sent with each call. */
  readonly headers: readonly (readonly [string, string])[];
  readonly post: (call: Omit<HttpCall, 'connectTimeoutMs'>) => Promise<HttpReply>;
  /** Of one message of a reply. */
  readonly largestReplyBytes: number;
}

/**
 * The Connect protocol. Connect's own transport makes a `Headers` for each call, which on Node loads fetch, HTTP/2 and
 * TLS: 40 ms of each command's start.
 */
export function connectTransport(options: ConnectTransportOptions): Transport {
  return {
    async unary(method, signal, timeoutMs, header, input) {
      const body = toBinary(method.input, create(method.input, input));
      const init = { ...options, signal, timeoutMs, header, type: 'application/proto' };
      const reply = await options.post(callOf(method, body, init));
      return unaryResponse(method, reply, options.largestReplyBytes);
    },
    async stream(method, signal, timeoutMs, header, input) {
      const init = { ...options, signal, timeoutMs, header, type: 'application/connect+proto' };
      const reply = await options.post(callOf(method, envelopes(method.input, input), init));
      if (reply.status !== 200) throw await errorOf(reply);
      return streamResponse(method, reply, options.largestReplyBytes);
    },
  };
}

interface CallInit {
  readonly headers: ConnectTransportOptions['headers'];
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly header: ConstructorParameters<typeof Headers>[0];
  readonly type: string;
}

function callOf(method: DescMethod, body: HttpCall['body'], init: CallInit) {
  const timeoutMs = init.timeoutMs !== undefined && init.timeoutMs > 0 ? Math.ceil(init.timeoutMs) : undefined;
  const headers: Record<string, string> = {
    ...Object.fromEntries(entriesOf(init.header)),
    ...Object.fromEntries(init.headers),
    'content-type': init.type,
    'connect-protocol-version': '1',
  };
  if (timeoutMs !== undefined) headers['connect-timeout-ms'] = String(timeoutMs);
  if (body instanceof Uint8Array) headers['content-length'] = String(body.byteLength);
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    headers,
    body,
    signal: init.signal,
    deadline: timeoutMs === undefined ? undefined : systemClock.now() + timeoutMs,
  };
}

function entriesOf(header: CallInit['header']): Iterable<readonly [string, string]> {
  if (header === undefined) return [];
  if (Symbol.iterator in header) return header as Iterable<[string, string]>;
  return Object.entries(header as Record<string, string>);
}

async function* envelopes<I extends DescMessage>(
  descriptor: I,
  input: AsyncIterable<MessageInitShape<I>>,
): AsyncGenerator<Uint8Array, void> {
  for await (const message of input) yield encodeEnvelope(toBinary(descriptor, create(descriptor, message)));
}

async function unaryResponse<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  reply: HttpReply,
  mostBytes: number,
): Promise<UnaryResponse<I, O>> {
  if (reply.status !== 200) throw await errorOf(reply);
  if (!ourTypes.test(String(reply.headers['content-type'] ?? ''))) throw badReply(noServer);
  const message = fromBinary(method.output, await bytesOf(reply.body, mostBytes));
  return Object.assign(frameOf(reply), { stream: false as const, service: method.parent, method, message });
}

function streamResponse<I extends DescMessage, O extends DescMessage>(
  method: DescMethodStreaming<I, O>,
  reply: HttpReply,
  mostBytes: number,
): StreamResponse<I, O> {
  const message = messagesOf(method.output, reply.body, mostBytes);
  return Object.assign(frameOf(reply), { stream: true as const, service: method.parent, method, message });
}

async function* messagesOf<O extends DescMessage>(
  descriptor: O,
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
): AsyncGenerator<MessageShape<O>, void> {
  let isEnded = false;
  for await (const { flags, data } of decodeEnvelopes(body, mostBytes)) {
    if ((flags & endFlag) === 0) yield fromBinary(descriptor, data);
    else {
      isEnded = true;
      const error = decodeConnectReply(new TextDecoder().decode(data));
      if (error) throw new MillraceError(error);
    }
  }
  if (!isEnded) throw badReply('the reply has no end');
}

async function errorOf(reply: HttpReply): Promise<MillraceError> {
  const text = Buffer.from(await bytesOf(reply.body, mostErrorBytes)).toString();
  // The reply to a unary call is the error itself; to a stream it is within an object.
  const error = decodeConnectReply(`{"error":${text}}`);
  if (error) return new MillraceError(error);
  const code = codesOfStatus[reply.status] ?? Code.Unknown;
  return new MillraceError({
    code,
    reason: `HTTP_${reply.status}`,
    message: `the server answers with HTTP ${reply.status}${reply.status === 404 ? `: ${noServer}` : ''}`,
  });
}

const mostErrorBytes = 1024 ** 2;
const ourTypes = /^application\/proto\b/i;
const noServer = 'what answers at this address is no Millrace server, or one that does not know the call';

// For replies that are not ours, of a proxy in between: as the Connect protocol has it.
const codesOfStatus: Readonly<Record<number, Code>> = {
  400: Code.Internal,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.Unimplemented,
  429: Code.Unavailable,
  502: Code.Unavailable,
  503: Code.Unavailable,
  504: Code.Unavailable,
};

async function bytesOf(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > mostBytes) throw badReply(`the reply is larger than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  const joined = Buffer.concat(chunks);
  // Not the Buffer itself: it would show as such in the message's own bytes fields.
  return new Uint8Array(joined.buffer, joined.byteOffset, joined.byteLength);
}

function badReply(message: string): MillraceError {
  return new MillraceError({ code: Code.Internal, reason: 'BAD_REPLY', message });
}

// Headers are made only if somebody asks: no spreading of this.
function frameOf(reply: HttpReply) {
  return {
    get header() {
      const header = new Headers();
      for (const [name, value] of Object.entries(reply.headers))
        if (value !== undefined) header.set(name, String(value));
      return header;
    },
    get trailer() {
      return new Headers();
    },
  };
}
