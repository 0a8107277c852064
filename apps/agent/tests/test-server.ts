import type { MessageInitShape } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock';
import { LogBatchStatus, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import {
  type DispatchRequest,
  type DispatchResponseSchema,
  WorkQueueService,
} from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { notFound } from '@millrace/rpc/errors';
import { type CallContext, type RpcServer, startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import type { Store } from './store.ts';

type Response = MessageInitShape<typeof DispatchResponseSchema>;

/** The services that an agent needs, over a real port, keeping what they are told in the store. */
export function startTestServer(store: Store, port = 0): Promise<RpcServer> {
  return startRpcServer({
    host: '127.0.0.1',
    port,
    app: 'test',
    clock: systemClock,
    log: silentLogger(),
    stopGraceMs: 100,
    services: [
      playedService(TransitionService, {
        async applyTransitions({ items, actor }) {
          store.requests += 1;
          const answers = items.map((item) => store.apply(item, actor));
          store.beforeReply();
          return { answers };
        },
        renewHolder: async () => ({ lease: durationFromMs(30_000) }),
      }),
      playedService(LogService, {
        writeLogs: async ({ batches }) => ({
          statuses: batches.map((batch) => (store.storeLogs(batch) ? LogBatchStatus.STORED : LogBatchStatus.DUPLICATE)),
        }),
      }),
      playedService(StorageService, {
        async *getDocument({ sha256 }) {
          store.fetches += 1;
          await store.beforeDocument();
          const bytes = store.documents.get(sha256);
          if (!bytes) throw notFound('document', sha256);
          yield { chunk: Uint8Array.from(bytes) };
        },
      }),
      playedService(WorkQueueService, {
        dispatch: (requests, { signal }) => dispatch(store, requests, signal),
      }),
    ],
  });
}

async function* dispatch(
  store: Store,
  requests: AsyncIterable<DispatchRequest>,
  signal: CallContext['signal'],
): AsyncGenerator<Response> {
  const out: Response[] = [];
  let ended = false;
  store.credit = 0;
  const listen = async () => {
    for await (const { message } of requests) {
      if (message.case === 'hello') {
        store.hellos.push(message.value);
        const { heartbeatMs, missingQueues: missingWorkQueueNames } = store;
        const heartbeatInterval = durationFromMs(heartbeatMs);
        out.push({ message: { case: 'welcome', value: { heartbeatInterval, missingWorkQueueNames } } });
      } else if (message.case === 'credit') store.credit += message.value.slots;
      else if (message.case === 'ack') store.acks.push(message.value);
      else if (message.case === 'heartbeat' && store.echoes)
        out.push({ message: { case: 'heartbeatAck', value: { sequence: message.value.sequence } } });
      store.touch();
    }
  };
  const over = () => {
    ended = true;
    store.touch();
  };
  signal.addEventListener('abort', over, { once: true });
  void listen().then(over, over);
  const say = (response: Response) => {
    out.push(response);
    store.touch();
  };
  store.say = say;
  try {
    for (;;) {
      await store.until(() => ended || out.length > 0 || (store.credit > 0 && store.toAssign.length > 0));
      if (ended) return;
      const next = out.shift();
      if (next) yield next;
      else {
        const value = store.toAssign.shift();
        store.credit -= 1;
        if (value) yield { message: { case: 'assignment', value } };
      }
    }
  } finally {
    if (store.say === say) store.say = undefined;
  }
}
