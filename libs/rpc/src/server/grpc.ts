import { once } from 'node:events';
import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import {
  type Metadata as GrpcMetadata,
  type handleBidiStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  type ServerDuplexStream,
  ServerInterceptingCall,
  type ServerInterceptor,
  status as Status,
} from '@grpc/grpc-js';
import type { Clock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { toGrpcStatus } from '../encode-error.ts';
import { canceled, invalidArgument, MillraceError } from '../errors.ts';
import { messagesOf } from '../message-queue.ts';
import { callContext } from './call-context.ts';
import { type Circumstances, failure } from './failure.ts';
import type { Guard } from './guard.ts';
import type { PreparedMethod, StreamMethod, UnaryMethod } from './prepare.ts';
import { requestTooLarge } from './request-body.ts';
import type { CallContext } from './service.ts';

export interface GrpcOptions {
  readonly methods: readonly PreparedMethod[];
  readonly guard: Guard;
  readonly limitBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the streams when aborted. */
  readonly stop: AbortSignal;
}

// A client that vanished without a word is noticed after the sum of these, and its streams end.
const keepaliveTimeMs = 15_000;
const keepaliveTimeoutMs = 10_000;

/** The gRPC side. It doesn't listen; connections are injected. */
export function createGrpcServer(options: GrpcOptions): Server {
  const server = new Server({
    'grpc.max_receive_message_length': options.limitBytes,
    'grpc.max_send_message_length': -1,
    'grpc.keepalive_time_ms': keepaliveTimeMs,
    'grpc.keepalive_timeout_ms': keepaliveTimeoutMs,
    'grpc.enable_channelz': 0,
    interceptors: [tellLimit(options.limitBytes)],
  });
  const running = new Set<AbortController>();
  const mount: Mount = { ...options, running };
  options.stop.addEventListener('abort', () => {
    for (const call of running) call.abort(options.stop.reason);
  });
  for (const prepared of options.methods) {
    const path = `/${prepared.method.parent.typeName}/${prepared.method.name}`;
    // On the wire all kinds with a stream look the same; the bidirectional handler serves them all.
    if (prepared.kind === 'unary') server.register(path, unaryHandler(prepared, mount), encoded, asIs, 'unary');
    else server.register(path, streamHandler(prepared, mount), encoded, asIs, 'bidi');
  }
  return server;
}

/** grpc-js refuses too large a message by itself, in its own words and without details: those are put in on the way out. */
function tellLimit(limitBytes: number): ServerInterceptor {
  return (_, call) => {
    const send = call.sendStatus.bind(call);
    call.sendStatus = (status) => {
      const isLimit = status.code === Status.RESOURCE_EXHAUSTED && !status.metadata;
      send(isLimit ? grpcStatus(requestTooLarge(limitBytes)) : status);
    };
    return new ServerInterceptingCall(call);
  };
}

interface Mount extends GrpcOptions {
  /** The calls that are being answered. */
  readonly running: Set<AbortController>;
}

// Messages are decoded and encoded here rather than in grpc-js, which would make every failure INTERNAL.
const asIs = (bytes: Buffer): Buffer => bytes;
const encoded = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function unaryHandler({ method, call }: UnaryMethod, mount: Mount): handleUnaryCall<Buffer, Uint8Array> {
  return (incoming, reply) => {
    const { context, done } = begin(incoming, mount);
    const answer = async () => {
      checkOrigin(incoming, mount.guard);
      return toBinary(method.output, await call(decode(method.input, incoming.request), context));
    };
    answer()
      .then(
        (bytes) => reply(null, bytes),
        (thrown: unknown) => reply(statusOf(thrown, { ...mount, method, context })),
      )
      .finally(done);
  };
}

function streamHandler({ method, call }: StreamMethod, mount: Mount): handleBidiStreamingCall<Buffer, Uint8Array> {
  return (stream) => {
    const { context, done } = begin(stream, mount);
    const answer = async () => {
      checkOrigin(stream, mount.guard);
      for await (const reply of call(decoded(method.input, messagesOf<Buffer>(stream)), context))
        await write(stream, toBinary(method.output, reply), context.signal);
    };
    answer()
      .then(
        () => stream.end(),
        // This is how grpc-js wants to be told of a status; what was written before is sent before it.
        (thrown: unknown) => stream.emit('error', statusOf(thrown, { ...mount, method, context })),
      )
      .finally(done);
  };
}

interface AnyCall {
  readonly cancelled: boolean;
  readonly metadata: GrpcMetadata;
  getHost(): string;
  on(event: 'cancelled', listener: () => void): unknown;
}

function begin(call: AnyCall, mount: Mount): { context: CallContext; done: () => void } {
  const controller = new AbortController();
  mount.running.add(controller);
  // Comes when the client cancels, is gone, or its deadline has passed; and at the end, when it means nothing.
  call.on('cancelled', () => {
    if (mount.running.has(controller)) controller.abort(canceled());
  });
  if (call.cancelled) controller.abort(canceled());
  else if (mount.stop.aborted) controller.abort(mount.stop.reason);
  const context = callContext({ signal: controller.signal, headers: headersOf(call.metadata), protocol: 'grpc' });
  return { context, done: () => mount.running.delete(controller) };
}

function checkOrigin(call: AnyCall, guard: Guard): void {
  const [origin] = call.metadata.get('origin');
  const refusal = guard.refusal({ host: call.getHost(), origin: origin?.toString() });
  if (refusal) throw refusal;
}

async function write(
  stream: ServerDuplexStream<Buffer, Uint8Array>,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) throw signal.reason;
  if (!stream.write(bytes)) await once(stream, 'drain', { signal });
}

function headersOf(metadata: GrpcMetadata): Headers {
  const headers = new Headers();
  for (const [key, value] of Object.entries(metadata.getMap())) if (typeof value === 'string') headers.set(key, value);
  return headers;
}

async function* decoded(descriptor: DescMessage, requests: AsyncIterable<Buffer>): AsyncGenerator<Message, void> {
  for await (const request of requests) yield decode(descriptor, request);
}

function decode(descriptor: DescMessage, bytes: Buffer): Message {
  try {
    // Not the Buffer itself: it would show as such in the message's own bytes fields.
    return fromBinary(descriptor, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch {
    throw invalidArgument([{ field: '', description: `the request is not a ${descriptor.typeName}` }]);
  }
}

function statusOf(thrown: unknown, circumstances: Circumstances) {
  const status = grpcStatus(thrown instanceof MillraceError ? thrown : failure(thrown, circumstances));
  return Object.assign(new Error(status.details), status);
}

function grpcStatus(error: MillraceError) {
  const { message, details } = toGrpcStatus(error);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(details));
  return { code: error.code as number, details: message, metadata };
}
