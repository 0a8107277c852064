import type { DispatchRequest, Hello } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { invalidArgument } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { Session } from '../dispatch/session.ts';

/** An agent's stream: Hello opens a session; what the agent says drives it, what it has to send is sent. */
export async function* dispatch(context: Context, requests: AsyncIterable<DispatchRequest>) {
  const incoming = requests[Symbol.asyncIterator]();
  const session = await Session.open(context, await readHello(incoming));
  void listen(incoming, session).then(
    () => session.end(),
    (error: unknown) => session.end(error),
  );
  const drain = () => session.drain();
  context.draining.addEventListener('abort', drain, { once: true });
  if (context.draining.aborted) drain();
  const closed = Promise.withResolvers<void>();
  context.streams.add(closed.promise);
  try {
    yield* session.responses();
  } finally {
    context.draining.removeEventListener('abort', drain);
    try {
      await session[Symbol.asyncDispose]();
    } finally {
      context.streams.delete(closed.promise);
      closed.resolve();
    }
  }
}

async function readHello(incoming: AsyncIterator<DispatchRequest>): Promise<Hello> {
  const first = await incoming.next();
  const message = first.done ? undefined : first.value.message;
  if (message?.case !== 'hello')
    throw invalidArgument([{ field: 'message', description: 'the first message of a stream is hello' }]);
  return message.value;
}

async function listen(incoming: AsyncIterator<DispatchRequest>, session: Session): Promise<void> {
  for (let next = await incoming.next(); !next.done; next = await incoming.next()) {
    const { message } = next.value;
    switch (message.case) {
      case 'credit':
        session.credit(message.value.slots);
        break;
      case 'ack':
        await session.acknowledge(message.value);
        break;
      case 'heartbeat':
        await session.heartbeat(message.value.sequence);
        break;
      default:
        throw invalidArgument([{ field: 'message', description: 'hello is sent once, and first' }]);
    }
  }
}
