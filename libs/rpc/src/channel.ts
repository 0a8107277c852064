import type { DescService } from '@bufbuild/protobuf';
import { type CallOptions, type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { isServiceError } from './decode-error.ts';
import { MillraceError } from './errors.ts';

/** A way to the services of one server, or of several that are the same. Connects when first used. */
export interface RpcChannel extends Disposable {
  /**
   * A client, with Connect's types; its errors are {@link MillraceError}s. Leaving a stream's loop early cancels the
   * call.
   */
  client<S extends DescService>(service: S): Client<S>;
  /** What the clients call through, for libraries that take one of Connect's; its errors are {@link MillraceError}s. */
  readonly transport: Transport;
}

/** @param explain makes of an error that only this transport throws one that all clients know */
export function channelOver(
  transport: Transport,
  close: () => void,
  explain = (thrown: unknown): unknown => thrown,
): RpcChannel {
  const mapped = withMillraceErrors(transport, (thrown) => errorOf(explain(thrown)));
  return {
    transport: mapped,
    client: (service) => withCancellingStreams(service, createClient(service, mapped)),
    [Symbol.dispose]: close,
  };
}

function withMillraceErrors(transport: Transport, map: (thrown: unknown) => MillraceError): Transport {
  return {
    async unary(...call) {
      try {
        return await transport.unary(...call);
      } catch (error) {
        throw map(error);
      }
    },
    stream(...call) {
      const response = transport.stream(...call).then(
        // Not a copy, which would make headers that nobody asked for.
        (opened) => Object.assign(opened, { message: mapErrors(opened.message, map) }),
        (error: unknown) => Promise.reject(map(error)),
      );
      // A stream that is never read must not end the process by its failure.
      response.catch(() => {});
      return response;
    },
  };
}

async function* mapErrors<T>(
  messages: AsyncIterable<T>,
  map: (thrown: unknown) => MillraceError,
): AsyncGenerator<T, void> {
  try {
    yield* messages;
  } catch (error) {
    throw map(error);
  }
}

function errorOf(thrown: unknown): MillraceError {
  const isDecodable = thrown instanceof MillraceError || isServiceError(thrown);
  // What failed in the client itself is the caller's to see.
  return MillraceError.from(isDecodable ? thrown : ConnectError.from(thrown, Code.Internal));
}

type StreamCall = (request: unknown, options?: CallOptions) => AsyncIterable<unknown>;

// Connect's own streams go on when their reader has left; ours would then hold a place on the server for ever.
function withCancellingStreams<S extends DescService>(service: S, client: Client<S>): Client<S> {
  const calls: Record<string, unknown> = { ...client };
  for (const { localName, methodKind } of service.methods) {
    if (methodKind !== 'server_streaming' && methodKind !== 'bidi_streaming') continue;
    const inner = calls[localName] as StreamCall;
    calls[localName] = (request: unknown, options?: CallOptions) => cancelledByReturn(inner, request, options);
  }
  return calls as Client<S>;
}

function cancelledByReturn(call: StreamCall, request: unknown, options: CallOptions = {}): AsyncIterable<unknown> {
  const left = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, left.signal]) : left.signal;
  const iterator = call(request, { ...options, signal })[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      next: () => iterator.next(),
      async return() {
        left.abort();
        return { done: true, value: undefined };
      },
    }),
  };
}
