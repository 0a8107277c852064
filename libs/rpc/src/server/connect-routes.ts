import type { Message } from '@bufbuild/protobuf';
import type { ConnectRouter, HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { toConnectError } from '../encode-error.ts';
import { MillraceError } from '../errors.ts';
import { callContext } from './call-context.ts';
import type { PreparedMethod, StreamMethod } from './prepare.ts';
import type { CallContext } from './service.ts';

/** Registers the methods with Connect, which tells the four kinds of calls apart by their signatures. */
export function addConnectRoutes(router: ConnectRouter, methods: readonly PreparedMethod[]): void {
  for (const prepared of methods) {
    const { parent, localName } = prepared.method;
    const wanted = parent.method[localName];
    if (wanted) router.rpc(wanted, handlerOf(prepared) as ServiceImpl<typeof parent>[string]);
  }
}

function handlerOf(prepared: PreparedMethod): unknown {
  if (prepared.kind === 'unary')
    return (request: Message, context: HandlerContext) =>
      prepared.call(request, contextOf(context)).catch((error: unknown) => {
        throw toConnectError(MillraceError.from(error));
      });
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

// Errors from here are Connect's own verdict on the request (malformed, too large): to be told, not hidden.
async function* received(requests: AsyncIterable<Message>): AsyncGenerator<Message, void> {
  try {
    yield* requests;
  } catch (error) {
    throw MillraceError.from(error);
  }
}

async function* one(request: Message): AsyncGenerator<Message, void> {
  yield request;
}

function contextOf(context: HandlerContext): CallContext {
  return callContext({ signal: context.signal, headers: context.requestHeader, protocol: 'connect' });
}
