import {
  create,
  type DescMessage,
  type DescMethod,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Clock } from '@millrace/clock';
import type { Logger } from '@millrace/telemetry';
import { invalidArgument } from '../errors.ts';
import { cleanStrings } from './clean-strings.ts';
import { checkClientVersion } from './client-version.ts';
import { failure } from './failure.ts';
import type { CallContext, Service } from './service.ts';
import { eachUntilAborted } from './until-aborted.ts';
import type { Validate } from './validation.ts';

/** A unary method with all that happens around it; rejects with a MillraceError only. */
export interface UnaryMethod {
  readonly kind: 'unary';
  readonly method: DescMethod;
  call(request: Message, context: CallContext): Promise<Message>;
}

/** A method with a stream on either side or both, likewise. */
export interface StreamMethod {
  readonly kind: 'stream';
  readonly method: DescMethod;
  call(requests: AsyncIterable<Message>, context: CallContext): AsyncIterable<Message>;
}

export type PreparedMethod = UnaryMethod | StreamMethod;

/** What the preparation of services needs. */
export interface Surroundings {
  readonly validate: Validate;
  readonly clock: Clock;
  readonly log: Logger;
  readonly isPassing: (thrown: unknown) => boolean;
}

type Unary = (request: MessageShape<DescMessage>, context: CallContext) => Promise<MessageInitShape<DescMessage>>;
type ServerStream = (request: Message, context: CallContext) => AsyncIterable<MessageInitShape<DescMessage>>;
type ClientStream = (requests: AsyncIterable<Message>, context: CallContext) => ReturnType<Unary>;
type Bidi = (requests: AsyncIterable<Message>, context: CallContext) => ReturnType<ServerStream>;

/** Puts around each method what is the same for all: cleaning, validation, errors, the end at an abort. */
export function prepare(service: Service, surroundings: Surroundings): PreparedMethod[] {
  return service.descriptor.methods.map((method) => {
    const implementation = service.implementation[method.localName];
    if (typeof implementation !== 'function')
      throw new TypeError(`${service.descriptor.typeName}.${method.name} has no implementation`);
    // `service()` has checked the types; `methodKind` says which of them it is.
    const bound = implementation.bind(service.implementation) as unknown;
    if (method.methodKind === 'unary') return prepareUnary(method, bound as Unary, surroundings);
    return prepareStream(method, inOneShape(method, bound), surroundings);
  });
}

function prepareUnary(method: DescMethod, call: Unary, surroundings: Surroundings): UnaryMethod {
  return {
    kind: 'unary',
    method,
    async call(request, context) {
      try {
        checkClientVersion(context.headers);
        accept(method.input, request, surroundings);
        return create(method.output, await call(request, context));
      } catch (thrown) {
        throw failure(thrown, { method, context, ...surroundings });
      }
    },
  };
}

function prepareStream(method: DescMethod, call: Bidi, surroundings: Surroundings): StreamMethod {
  return {
    kind: 'stream',
    method,
    async *call(requests, context) {
      try {
        checkClientVersion(context.headers);
        const accepted = eachAccepted(method.input, eachUntilAborted(requests, context.signal), surroundings);
        for await (const reply of eachUntilAborted(call(accepted, context), context.signal))
          yield create(method.output, reply);
      } catch (thrown) {
        throw failure(thrown, { method, context, ...surroundings });
      }
    },
  };
}

function inOneShape(method: DescMethod, call: unknown): Bidi {
  switch (method.methodKind) {
    case 'server_streaming':
      return async function* (requests, context) {
        yield* (call as ServerStream)(await only(requests), context);
      };
    case 'client_streaming':
      return async function* (requests, context) {
        yield await (call as ClientStream)(requests, context);
      };
    default:
      return call as Bidi;
  }
}

async function only(requests: AsyncIterable<Message>): Promise<Message> {
  for await (const request of requests) return request;
  throw invalidArgument([{ field: '', description: 'the request is missing' }]);
}

async function* eachAccepted(
  descriptor: DescMessage,
  requests: AsyncIterable<Message>,
  surroundings: Surroundings,
): AsyncGenerator<Message, void> {
  for await (const request of requests) {
    accept(descriptor, request, surroundings);
    yield request;
  }
}

function accept(descriptor: DescMessage, request: Message, { validate }: Surroundings): void {
  cleanStrings(descriptor, request);
  validate(descriptor, request);
}
