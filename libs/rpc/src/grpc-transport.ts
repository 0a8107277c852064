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
import { type CallOptions, type Client, type ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { systemClock } from '@millrace/clock';
import { MillraceError } from './errors.ts';
import { messagesOf } from './message-queue.ts';

export interface GrpcTransportOptions {
  /** Sent with each call. */
  readonly headers: readonly (readonly [string, string])[];
  /** A client that is connected, within the call's own time if that is given. */
  readonly connected: (signal: AbortSignal | undefined, timeoutMs: number | undefined) => Promise<Client>;
}

/** Connect's idea of a transport, over grpc-js. */
export function grpcTransport(options: GrpcTransportOptions): Transport {
  return {
    async unary(method, signal, timeoutMs, header, input) {
      const request = encode(method.input, input);
      const call = await begin(options, { signal, timeoutMs, header });
      return unary(method, request, call);
    },
    async stream(method, signal, timeoutMs, header, input) {
      const call = await begin(options, { signal, timeoutMs, header });
      return stream(method, input, call);
    },
  };
}

interface Call {
  readonly client: Client;
  readonly metadata: Metadata;
  readonly options: CallOptions;
  readonly signal: AbortSignal | undefined;
}

interface CallInit {
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number | undefined;
  readonly header: ConstructorParameters<typeof Headers>[0];
}

async function begin({ headers, connected }: GrpcTransportOptions, init: CallInit): Promise<Call> {
  const { signal } = init;
  const timeoutMs = init.timeoutMs !== undefined && init.timeoutMs > 0 ? init.timeoutMs : undefined;
  // Counts from the call, connecting included.
  const options = timeoutMs === undefined ? {} : { deadline: systemClock.now() + timeoutMs };
  const metadata = new Metadata();
  for (const [name, value] of [...headers, ...new Headers(init.header)]) metadata.set(name, value);
  const client = await connected(signal, timeoutMs);
  return { client, metadata, options, signal };
}

const asIs = (bytes: Buffer): Buffer => bytes;

function unary<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  request: Buffer,
  { client, metadata, options, signal }: Call,
): Promise<UnaryResponse<I, O>> {
  return new Promise((resolve, reject) => {
    const frame = { service: method.parent, method, header: new Headers(), trailer: new Headers() };
    const call = client.makeUnaryRequest(pathOf(method), asIs, asIs, request, metadata, options, (error, reply) => {
      signal?.removeEventListener('abort', cancel);
      if (error) return reject(errorOf(error, signal));
      try {
        resolve({ ...frame, stream: false, message: decode(method.output, reply ?? Buffer.alloc(0)) });
      } catch (broken) {
        reject(broken);
      }
    });
    const cancel = () => call.cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    call.on('metadata', (received: Metadata) => copy(received, frame.header));
  });
}

function stream<I extends DescMessage, O extends DescMessage>(
  method: DescMethodStreaming<I, O>,
  input: AsyncIterable<MessageInitShape<I>>,
  { client, metadata, options, signal }: Call,
): StreamResponse<I, O> {
  // On the wire all kinds with a stream look the same.
  const call = client.makeBidiStreamRequest<Buffer, Buffer>(pathOf(method), asIs, asIs, metadata, options);
  const frame = { service: method.parent, method, header: new Headers(), trailer: new Headers() };
  const failure: Failure = { error: undefined };
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  call.on('metadata', (received: Metadata) => copy(received, frame.header));
  const messages = replies<O>(method, messagesOf<Buffer>(call), { signal, failure, cancel });
  sendAll(call, method.input, input).catch((error: unknown) => {
    failure.error = error;
    call.cancel();
  });
  return { ...frame, stream: true, message: messages };
}

/** Why we cancelled the call ourselves, if we did. */
interface Failure {
  error: unknown;
}

interface Ending {
  readonly signal: AbortSignal | undefined;
  readonly failure: Failure;
  readonly cancel: () => void;
}

async function* replies<O extends DescMessage>(
  method: DescMethod & { output: O },
  messages: AsyncIterable<Buffer>,
  { signal, failure, cancel }: Ending,
): AsyncGenerator<MessageShape<O>, void> {
  try {
    for await (const bytes of messages) yield decode(method.output, bytes);
  } catch (error) {
    throw failure.error ?? errorOf(error, signal);
  } finally {
    signal?.removeEventListener('abort', cancel);
    // Does nothing where the call has ended.
    cancel();
  }
}

async function sendAll<I extends DescMessage>(
  call: ClientDuplexStream<Buffer, Buffer>,
  descriptor: I,
  input: AsyncIterable<MessageInitShape<I>>,
): Promise<void> {
  let over = false;
  const ended = new Promise<void>((resolve) => {
    call.on('status', () => {
      over = true;
      resolve();
    });
  });
  for await (const message of input) {
    if (over) return;
    if (!call.write(encode(descriptor, message))) await Promise.race([drained(call), ended]);
  }
  if (!over) call.end();
}

function drained(call: ClientDuplexStream<Buffer, Buffer>): Promise<void> {
  return new Promise((resolve) => call.once('drain', resolve));
}

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function encode<I extends DescMessage>(descriptor: I, init: MessageInitShape<I>): Buffer {
  const bytes = toBinary(descriptor, create(descriptor, init));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decode<O extends DescMessage>(descriptor: O, bytes: Buffer): MessageShape<O> {
  // Not the Buffer itself: it would show as such in the message's own bytes fields.
  return fromBinary(descriptor, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

function copy(from: Metadata, to: Headers): void {
  for (const [name, value] of Object.entries(from.getMap())) if (typeof value === 'string') to.set(name, value);
}

// After an abort grpc-js says CANCELLED, whatever it was aborted for.
function errorOf(error: unknown, signal: AbortSignal | undefined): MillraceError {
  return MillraceError.from(signal?.aborted ? signal.reason : error);
}
