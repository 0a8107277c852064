import type { MessageInitShape } from '@bufbuild/protobuf';
import { systemClock } from '@millrace/clock/system';
import {
  type WatchRequest,
  type WatchResponseSchema,
  WatchService,
} from '@millrace/contracts/millrace/v1/watch_service_pb';
import { notFound, unavailable } from '@millrace/rpc/errors';
import { openFetch } from '@millrace/rpc/fetch-client';
import { service, startRpcServer } from '@millrace/rpc/server';
import { silentLogger } from '@millrace/telemetry';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LiveConnection, type LiveEvent } from './live-connection.ts';

type Response = MessageInitShape<typeof WatchResponseSchema>;

/** A connection to a server whose n-th stream gives the n-th list, then throws the error at its end or stays open. */
async function setup(...streams: (Response | Error)[][]) {
  const requests: WatchRequest[] = [];
  let open = 0;
  const watchService = service(WatchService, {
    async *watch(request, { signal }) {
      requests.push(request);
      open += 1;
      try {
        for (const response of streams[requests.length - 1] ?? []) {
          if (response instanceof Error) throw response;
          yield response;
        }
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      } finally {
        open -= 1;
      }
    },
  });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'test',
    services: [watchService],
    clock: systemClock,
    log: silentLogger(),
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const statuses: string[] = [];
  let gaps = 0;
  const live = new LiveConnection({
    client: openFetch(server.url).client(WatchService),
    clock: systemClock,
    batch: (deliver) => deliver(),
    onGap: () => {
      gaps += 1;
    },
  });
  onTestFinished(() => live.setVisible(false));
  live.onStatus(() => statuses.push(live.status));
  const told: string[] = [];
  const tell = (name: string) => (events: readonly LiveEvent[]) => {
    for (const { event, isFirst } of events) told.push(`${name} ${event.cursor}${isFirst ? ' first' : ''}`);
  };
  return {
    live,
    statuses,
    told,
    tell,
    cursors: () => requests.map(({ subjects }) => subjects.map(({ cursor }) => cursor)),
    gaps: () => gaps,
    openStreams: () => open,
  };
}

/** However slow the machine is. */
function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { timeout: 20_000, interval: 10 });
}

const queues = (subject: number, cursor: string): Response => ({
  subject,
  cursor,
  event: { case: 'workQueues', value: { workQueues: [] } },
});
const agents = (subject: number, cursor: string): Response => ({
  subject,
  cursor,
  event: { case: 'agents', value: { agents: [] } },
});

test('all that is followed shares one stream, which goes on when that changes', async () => {
  const { live, told, tell, cursors, openStreams } = await setup(
    [queues(0, 'q1'), agents(1, 'a1')],
    [agents(0, 'a2')],
    [agents(0, 'a3'), queues(1, 'q9')],
  );
  const leaveQueues = live.follow({ type: 'work-queues' }, tell('queues'));
  live.follow({ type: 'agents' }, tell('agents'));
  await until(() => expect(told).toEqual(['queues q1 first', 'agents a1 first']));
  leaveQueues();
  await until(() => expect(told.slice(2)).toEqual(['agents a2']));
  live.follow({ type: 'work-queues' }, tell('queues again'));
  await until(() => expect(told.slice(3)).toEqual(['agents a3', 'queues again q9 first']));
  expect(cursors()).toEqual([['', ''], ['a1'], ['a2', '']]);
  await until(() => expect(openStreams()).toBe(1));
});

test('a tab that nobody sees has no stream, and goes on from where it was', async () => {
  const { live, told, tell, cursors, openStreams, statuses, gaps } = await setup([queues(0, 'q1')], [queues(0, 'q2')]);
  live.follow({ type: 'work-queues' }, tell('queues'));
  await until(() => expect(told).toEqual(['queues q1 first']));
  live.setVisible(false);
  await until(() => expect(openStreams()).toBe(0));
  expect(live.status).toBe('off');
  live.setVisible(true);
  await until(() => expect(told.slice(1)).toEqual(['queues q2']));
  expect(cursors()).toEqual([[''], ['q1']]);
  expect(statuses).toEqual(['connecting', 'open', 'off', 'connecting', 'open']);
  expect(gaps()).toBe(0);
});

test('a stream that is lost is followed by another, and whoever asked otherwise is told to ask again', async () => {
  const { live, told, tell, cursors, statuses, gaps } = await setup(
    [queues(0, 'q1'), unavailable('SERVER_STOPPING', 'the server is stopping')],
    [queues(0, 'q2')],
  );
  live.follow({ type: 'work-queues' }, tell('queues'));
  await until(() => expect(told).toEqual(['queues q1 first', 'queues q2']));
  expect(cursors()).toEqual([[''], ['q1']]);
  expect(statuses).toEqual(['connecting', 'open', 'lost', 'open']);
  expect(gaps()).toBe(1);
});

test('an interruption is told of also when the tab was hidden before it was over', async () => {
  const { live, told, tell, statuses, gaps } = await setup(
    [queues(0, 'q1'), unavailable('SERVER_STOPPING', 'the server is stopping')],
    [queues(0, 'q2')],
    [queues(0, 'q2')],
  );
  live.onStatus(() => live.status === 'lost' && live.setVisible(false));
  live.follow({ type: 'work-queues' }, tell('queues'));
  await until(() => expect(statuses).toEqual(['connecting', 'open', 'lost', 'off']));
  expect(gaps()).toBe(0);
  live.setVisible(true);
  await until(() => expect(told).toEqual(['queues q1 first', 'queues q2']));
  expect(statuses).toEqual(['connecting', 'open', 'lost', 'off', 'connecting', 'open']);
  expect(gaps()).toBe(1);
});

test('what is refused is asked for again from the beginning, as another database may be there now', async () => {
  const refused = notFound('flow run', 'x');
  const { live, told, tell, cursors, statuses, gaps } = await setup(
    [queues(0, 'q1'), refused],
    [refused],
    [queues(0, 'q1')],
  );
  live.follow({ type: 'work-queues' }, tell('queues'));
  await until(() => expect(told).toEqual(['queues q1 first', 'queues q1 first']));
  expect(cursors()).toEqual([[''], [''], ['']]);
  expect(statuses).toEqual(['connecting', 'open', 'lost', 'open']);
  // When it was refused first, and when it was open again.
  expect(gaps()).toBe(2);
});
