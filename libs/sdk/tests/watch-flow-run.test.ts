import { once } from 'node:events';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import {
  type WatchRequest,
  type WatchResponseSchema,
  WatchService,
} from '@millrace/contracts/millrace/v1/watch_service_pb';
import { notFound, unavailable } from '@millrace/rpc/errors';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { type FlowRunEvent, MillraceClient } from '../src/client/index.ts';

const id = '01890a5d-ac96-774b-bcce-b302099a8057';
type Response = MessageInitShape<typeof WatchResponseSchema>;
type Stream = (request: WatchRequest, signal: AbortSignal) => AsyncGenerator<Response>;

/** A server whose n-th watch is the n-th of `streams`. */
async function watched(streams: readonly Stream[], clock = systemClock) {
  const requests: WatchRequest[] = [];
  const watchService = playedService(WatchService, {
    async *watch(request, { signal }) {
      requests.push(request);
      yield* streams[requests.length - 1]?.(request, signal) ?? [];
    },
  });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'orchestrator',
    services: [watchService],
    clock: systemClock,
    log: silentLogger(),
  });
  const client = new MillraceClient({ urls: server.url, clock });
  return {
    client,
    cursors: () => requests.map(({ subjects }) => subjects.map(({ cursor }) => cursor)),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function nameOf(type: StateType): string {
  return Object.entries(StateType).find(([, value]) => value === type)?.[0] ?? '';
}

function states(cursor: string, ...types: StateType[]): Response {
  const all = types.map((type) => ({ type, name: nameOf(type) }));
  return { subject: 0, cursor, event: { case: 'flowRun', value: { flowRun: { id, state: all.at(-1) }, states: all } } };
}

function logs(cursor: string, ...messages: string[]): Response {
  return { subject: 1, cursor, event: { case: 'logs', value: { records: messages.map((message) => ({ message })) } } };
}

const alive: Response = { event: { case: 'alive', value: {} } };

async function told(events: AsyncIterable<FlowRunEvent>): Promise<string[]> {
  const all: string[] = [];
  for await (const event of events) all.push(event.type === 'log' ? event.record.message : event.state.name);
  return all;
}

test('states and records come as they happen; the last state ends it', async () => {
  const { SCHEDULED, RUNNING, COMPLETED } = StateType;
  await using server = await watched([
    async function* () {
      yield states('1', SCHEDULED, RUNNING);
      yield alive;
      yield logs('a', 'x', 'y');
      yield states('2', COMPLETED);
      yield logs('b', 'never seen');
    },
  ]);
  expect(await told(server.client.watchFlowRun(id))).toEqual(['SCHEDULED', 'RUNNING', 'x', 'y', 'COMPLETED']);
  expect(server.cursors()).toEqual([['', '']]);
});

test('a crash that is to be tried again is not the end', async () => {
  const { CRASHED, SCHEDULED, COMPLETED } = StateType;
  await using server = await watched([
    async function* () {
      yield states('1', CRASHED, SCHEDULED);
      yield states('2', COMPLETED);
    },
  ]);
  expect(await told(server.client.watchFlowRun(id))).toEqual(['CRASHED', 'SCHEDULED', 'COMPLETED']);
});

test('a stream that breaks or just ends is gone on with from the last cursors', async () => {
  const { RUNNING, FAILED } = StateType;
  await using server = await watched([
    async function* () {
      yield states('1', RUNNING);
      yield logs('a', 'x');
      throw unavailable('SERVER_STOPPING', 'the server is stopping');
    },
    async function* () {
      yield logs('b', 'y');
    },
    async function* () {
      yield alive;
      yield states('2', FAILED);
    },
  ]);
  expect(await told(server.client.watchFlowRun(id))).toEqual(['RUNNING', 'x', 'y', 'FAILED']);
  expect(server.cursors()).toEqual([
    ['', ''],
    ['1', 'a'],
    ['1', 'b'],
  ]);
});

test('a stream that has nothing to say for too long is opened anew', async () => {
  const clock = virtualClock();
  const opened = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  await using server = await watched(
    [
      async function* (_request, signal) {
        yield states('a', StateType.SCHEDULED);
        opened.resolve();
        await once(signal, 'abort');
        closed.resolve();
      },
      async function* () {
        yield states('1', StateType.COMPLETED);
      },
    ],
    clock,
  );
  const events = server.client.watchFlowRun(id);
  expect((await events.next()).value).toMatchObject({ type: 'state' });
  const rest = told(events);
  await opened.promise;
  await clock.advance(24_000);
  expect(server.cursors().length).toBe(1);
  await clock.advance(1_000);
  await closed.promise;
  // The back-off waits on the same clock; it may not have begun yet.
  while (clock.pending === 0) await new Promise(setImmediate);
  await clock.advance(1_000);
  expect(await rest).toEqual(['COMPLETED']);
  expect(server.cursors()).toEqual([
    ['', ''],
    ['a', ''],
  ]);
});

test('a run that is not there is an error, not a reason to wait', async () => {
  await using server = await watched([
    // biome-ignore lint/correctness/useYield: a stream that fails before it has said anything
    async function* () {
      throw notFound('flow run', id);
    },
  ]);
  await expect(told(server.client.watchFlowRun(id))).rejects.toMatchObject({ reason: 'FLOW_RUN_NOT_FOUND' });
});

test('an aborted signal ends it without an error', async () => {
  const leaving = new AbortController();
  await using server = await watched([
    async function* (_request, signal) {
      yield states('a', StateType.SCHEDULED);
      await once(signal, 'abort');
    },
  ]);
  const seen: string[] = [];
  for await (const event of server.client.watchFlowRun(id, { signal: leaving.signal })) {
    seen.push(event.type);
    leaving.abort();
  }
  expect(seen).toEqual(['state']);
});

test('what came in batches is told in the order of time: each line after the state that it was written in', async () => {
  const at = (ms: number) => ({ timestamp: timestampFromMs(ms) });
  const { SCHEDULED, RUNNING, COMPLETED } = StateType;
  const all = [
    { type: SCHEDULED, name: 'SCHEDULED', ...at(1) },
    { type: RUNNING, name: 'RUNNING', ...at(3) },
    { type: COMPLETED, name: 'COMPLETED', ...at(5) },
  ];
  const records = [
    { message: 'prepares', ...at(2) },
    { message: 'works', ...at(3) },
    { message: 'by a clock ahead', ...at(6) },
  ];
  await using server = await watched([
    async function* () {
      yield { subject: 1, cursor: 'l', event: { case: 'logs', value: { records } } };
      yield {
        subject: 0,
        cursor: 's',
        event: { case: 'flowRun', value: { flowRun: { id, state: all.at(-1) }, states: all } },
      };
    },
  ]);
  const told: string[] = [];
  for await (const event of server.client.watchFlowRun(id))
    told.push(event.type === 'state' ? event.state.name : event.record.message);
  expect(told).toEqual(['SCHEDULED', 'prepares', 'RUNNING', 'works', 'by a clock ahead', 'COMPLETED']);
});
