import { createHash } from 'node:crypto';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { failedPrecondition, notFound, unavailable } from '../src/errors.ts';
import type { CallContext, Service } from '../src/server/index.ts';
import { playedService } from '../src/testing/index.ts';
import { failingIds } from './failing-ids.ts';

/** Small services in memory, with one method of each kind, and what their calls left behind. */
export interface ExampleServices {
  readonly services: readonly Service[];
  /** The contexts of all calls so far. */
  readonly contexts: readonly CallContext[];
  /** Resolves with the context of the next call of `Watch` or `Dispatch`. */
  nextStream(): Promise<CallContext>;
}

export const chunkBytes = 256 * 1024;

export function exampleServices(): ExampleServices {
  const contexts: CallContext[] = [];
  let streamStarted = Promise.withResolvers<CallContext>();
  const started = (context: CallContext) => {
    contexts.push(context);
    streamStarted.resolve(context);
    streamStarted = Promise.withResolvers();
  };
  return {
    contexts,
    services: [flowRuns(contexts), storage(contexts), watch(started), workQueues(contexts, started)],
    nextStream: () => streamStarted.promise,
  };
}

export const secret = 'password=hunter2 in /srv/private/main.ts';

function flowRuns(contexts: CallContext[]): Service {
  return playedService(FlowRunService, {
    async getFlowRun({ id }, context) {
      contexts.push(context);
      if (id === failingIds.precondition) throw failedPrecondition('STALE_EPOCH', 'epoch 3 is over');
      if (id === failingIds.unavailable) throw unavailable('DATABASE_DOWN', 'the database is away', 1_500);
      if (id === failingIds.crash) throw new TypeError(secret);
      if (id === failingIds.missing) throw notFound('flow run', id);
      if (id === failingIds.hanging)
        await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)));
      return { flowRun: { id, name: 'brave-otter', parameters: { answer: 42 } } };
    },
    async listFlowRuns({ filter }, context) {
      contexts.push(context);
      return { flowRuns: [{ name: filter?.nameLike ?? '', tags: filter?.tagsAll ?? [] }], nextPageToken: '' };
    },
    async listFlowRunStates() {
      return { states: [] };
    },
  });
}

function storage(contexts: CallContext[]): Service {
  const documents = new Map<string, Uint8Array>();
  return playedService(StorageService, {
    async putDocument(requests, context) {
      contexts.push(context);
      let expected = '';
      const chunks: Uint8Array[] = [];
      for await (const { part } of requests) {
        if (part.case === 'header') expected = part.value.sha256;
        if (part.case === 'chunk') chunks.push(part.value);
        if (part.case === 'header' && documents.has(expected)) return { sha256: expected, created: false };
      }
      const bytes = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (sha256 !== expected) throw failedPrecondition('WRONG_HASH', `these bytes are ${sha256}`);
      documents.set(sha256, bytes);
      return { sha256, created: true };
    },
    async *getDocument({ sha256 }, context) {
      contexts.push(context);
      const bytes = documents.get(sha256);
      if (!bytes) throw notFound('document', sha256);
      for (let at = 0; at < bytes.length || at === 0; at += chunkBytes)
        yield { chunk: bytes.subarray(at, at + chunkBytes) };
    },
  });
}

function watch(started: (context: CallContext) => void): Service {
  return playedService(WatchService, {
    async *watch({ subjects }, context) {
      for (const [subject, { cursor }] of subjects.entries())
        yield { subject, cursor, event: { case: 'alive', value: {} } };
      started(context);
      if (subjects[0]?.cursor === 'fail') throw notFound('subject', 'x');
      // Deaf to its signal, as bad code may be.
      await new Promise(() => {});
    },
  });
}

function workQueues(contexts: CallContext[], started: (context: CallContext) => void): Service {
  return playedService(WorkQueueService, {
    async createWorkQueue({ name, description }, context) {
      contexts.push(context);
      return { workQueue: { name, description }, created: true };
    },
    async getWorkQueue() {
      return {};
    },
    async listWorkQueues() {
      return { workQueues: [] };
    },
    async listAgents() {
      return { agents: [] };
    },
    async *dispatch(requests, context) {
      started(context);
      for await (const { message } of requests)
        if (message.case === 'heartbeat')
          yield { message: { case: 'heartbeatAck', value: { sequence: message.value.sequence } } };
    },
  });
}
