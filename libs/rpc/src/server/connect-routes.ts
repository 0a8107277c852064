import type { Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type ConnectRouter, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import { toConnectError } from '../encode-error.ts';
import { invalidArgument, MillraceError } from '../errors.ts';
import { callContext } from './call-context.ts';
import type { PreparedMethod, StreamMethod } from './prepare.ts';
import { requestTooLarge } from './request-body.ts';
import type { CallContext } from './service.ts';

/**
 * Registers the methods with Connect, which tells the four kinds of calls apart by their signatures.
 * @param limitBytes of one message, as Connect was told it
 */
export function addConnectRoutes(router: ConnectRouter, methods: readonly PreparedMethod[], limitBytes: number): void {
  for (const prepared of methods) {
    const { parent, localName } = prepared.method;
    const wanted = parent.method[localName];
    if (wanted) router.rpc(wanted, handlerOf(prepared, limitBytes) as ServiceImpl<typeof parent>[string]);
  }
}

function handlerOf(prepared: PreparedMethod, limitBytes: number): unknown {
  if (prepared.kind === 'unary')
    return (request: Message, context: HandlerContext) =>
      prepared.call(request, contextOf(context)).catch((error: unknown) => {
        throw toConnectError(MillraceError.from(error));
      });
  const received = (requests: AsyncIterable<Message>) =>
    eachReceived(requests, prepared.method.input.typeName, limitBytes);
  switch (prepared.method.methodKind) {
    case 'server_streaming':
      return (request: Message, context: HandlerContext) => replies(prepared, one(request), context);
    case 'client_streaming':
      return async (requests: AsyncIterable<Message>, context: HandlerContext) => {
        for await (const reply of replies(prepared, received(requests), context)) return reply;
        return undefined;
      };
    default:
      return (requests: AsyncIterable<Message>, context: HandlerContext) =>
        replies(prepared, received(requests), context);
  }
}

async function* replies(prepared: StreamMethod, requests: AsyncIterable<Message>, context: HandlerContext) {
  try {
    yield* prepared.call(requests, contextOf(context));
  } catch (error) {
    throw toConnectError(MillraceError.from(error));
  }
}

// Errors from here are Connect's own verdict on the request: to be told, not hidden, and as gRPC's callers are told them.
async function* eachReceived(requests: AsyncIterable<Message>, typeName: string, limitBytes: number) {
  try {
    yield* requests;
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (code === Code.ResourceExhausted) throw requestTooLarge(limitBytes);
    // So Connect calls bytes that it can't decode.
    if (code === Code.Internal) throw invalidArgument([{ field: '', description: `the request is not a ${typeName}` }]);
    throw MillraceError.from(error);
  }
}

async function* one(request: Message): AsyncGenerator<Message, void> {
  yield request;
}

function contextOf(context: HandlerContext): CallContext {
  return callContext({ signal: context.signal, headers: context.requestHeader, protocol: 'connect' });
}
