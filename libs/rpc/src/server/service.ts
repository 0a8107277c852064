import type {
  DescMethod,
  DescMethodBiDiStreaming,
  DescMethodClientStreaming,
  DescMethodServerStreaming,
  DescMethodUnary,
  DescService,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';

/** What an implementation knows about a call besides its messages. */
export interface CallContext {
  /** Aborted when nobody waits for the answer any more: cancelled, too late, or the server stops. */
  readonly signal: AbortSignal;
  /** As the client sent them. */
  readonly headers: Headers;
  /** Who calls, from the header `millrace-actor`; "anonymous" where it is missing. */
  readonly actor: string;
  /** How the call came in; gRPC-Web counts as "connect". */
  readonly protocol: 'grpc' | 'connect';
}

/** How one method is written: a plain async function, or a generator where it answers with a stream. */
export type MethodImplementation<M extends DescMethod> =
  M extends DescMethodUnary<infer I, infer O>
    ? (request: MessageShape<I>, context: CallContext) => Promise<MessageInitShape<O>>
    : M extends DescMethodServerStreaming<infer I, infer O>
      ? (request: MessageShape<I>, context: CallContext) => AsyncIterable<MessageInitShape<O>>
      : M extends DescMethodClientStreaming<infer I, infer O>
        ? (requests: AsyncIterable<MessageShape<I>>, context: CallContext) => Promise<MessageInitShape<O>>
        : M extends DescMethodBiDiStreaming<infer I, infer O>
          ? (requests: AsyncIterable<MessageShape<I>>, context: CallContext) => AsyncIterable<MessageInitShape<O>>
          : never;

/** All methods of a service; a missing one is a type error. */
export type Implementation<S extends DescService> = {
  readonly [P in keyof S['method']]: MethodImplementation<S['method'][P]>;
};

/** A service to be served. */
export interface Service {
  readonly descriptor: DescService;
  readonly implementation: Readonly<Record<string, unknown>>;
}

/** Binds a service's descriptor to its implementation. */
export function service<S extends DescService>(descriptor: S, implementation: Implementation<S>): Service {
  return { descriptor, implementation };
}
