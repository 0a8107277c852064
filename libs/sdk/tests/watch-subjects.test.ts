import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { systemClock } from '@millrace/clock';
import {
  type WatchRequest,
  type WatchResponseSchema,
  WatchService,
} from '@millrace/contracts/millrace/v1/watch_service_pb';
import { invalidArgument, unavailable } from '@millrace/rpc/errors';
import { openFetch } from '@millrace/rpc/fetch-client';
import { openHttp } from '@millrace/rpc/http-client';
import { service, startRpcServer } from '@millrace/rpc/server';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { type WatchEvent, watchSubjects } from '../src/client/watch-subjects.ts';

type Response = MessageInitShape<typeof WatchResponseSchema>;

/** A server whose n-th watch gives the n-th list, and throws what is at its end. */
async function watched(...streams: (Response | Error)[][]) {
  const requests: WatchRequest[] = [];
  const watchService = service(WatchService, {
    async *watch(request) {
      requests.push(request);
      for (const response of streams[requests.length - 1] ?? []) {
        if (response instanceof Error) throw response;
        yield response;
      }
    },
  });
  const services = [watchService];
  const log = silentLogger();
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'orchestrator',
    services,
    clock: systemClock,
    log,
  });
  return { requests, url: server.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const queues = (cursor: string, ...names: string[]): Response => ({
  subject: 0,
  cursor,
  event: { case: 'workQueues', value: { workQueues: names.map((name) => ({ name })) } },
});
const runs = (cursor: string, reset: boolean, ...names: string[]): Response => ({
  subject: 1,
  cursor,
  event: { case: 'flowRuns', value: { flowRuns: names.map((name) => ({ name })), leftIds: ['gone'], reset } },
});
const alive: Response = { event: { case: 'alive', value: {} } };

function textOf(event: WatchEvent): string {
  switch (event.type) {
    case 'work-queues':
      return `queues ${event.workQueues.map(({ name }) => name).join(' ')}`;
    case 'flow-runs':
      return `runs ${event.flowRuns.map(({ name }) => name).join(' ')} -${event.leftIds.join(' ')}`;
    default:
      return event.type;
  }
}

test.for([
  { name: 'over HTTP', open: openHttp },
  { name: 'over fetch, as a browser does', open: openFetch },
])('goes on from the cursors of what was taken, $name', async ({ open }) => {
  await using server = await watched(
    [queues('q1', 'a'), runs('', true, 'x'), runs('r1', false, 'y'), alive],
    [runs('r2', false, 'z'), unavailable('SERVER_STOPPING', 'the server is stopping')],
    [{ subject: 2, cursor: 'a1', event: { case: 'agents', value: { agents: [{ name: 'agent' }] } } }],
  );
  using channel = open(server.url);
  const statuses: string[] = [];
  const stop = new AbortController();
  const events = watchSubjects(
    channel.client(WatchService),
    [
      { type: 'work-queues', cursor: 'q0' },
      { type: 'flow-runs', filter: { nameLike: 'n' }, limit: 7 },
      { type: 'agents' },
    ],
    { signal: stop.signal, onStatus: (status) => statuses.push(status) },
  );
  const told: string[] = [];
  for await (const event of events) {
    told.push(textOf(event));
    if (event.type === 'agents') stop.abort();
  }
  expect(told).toEqual(['queues a', 'runs x -gone', 'runs y -gone', 'runs z -gone', 'agents']);
  expect(statuses).toEqual(['open', 'lost', 'open', 'lost', 'open']);
  expect(server.requests.map(({ subjects }) => subjects.map(({ cursor }) => cursor))).toEqual([
    ['q0', '', ''],
    ['q1', 'r1', ''],
    ['q1', 'r2', ''],
  ]);
  expect(server.requests[0]?.subjects[1]?.subject.value).toMatchObject({ filter: { nameLike: 'n' }, limit: 7 });
});

test('what is refused is thrown', async () => {
  await using server = await watched([invalidArgument([{ field: 'subjects[0].cursor', description: 'is bad' }])]);
  using channel = openHttp(server.url);
  const events = watchSubjects(channel.client(WatchService), [{ type: 'agents', cursor: 'x' }]);
  await expect(events.next()).rejects.toMatchObject({ violations: [{ field: 'subjects[0].cursor' }] });
});

test('a browser can load it, and the client that it needs: nothing of Node is imported', async () => {
  const program = `
    import { registerHooks } from 'node:module';
    const seen = [];
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      if (found.url.startsWith('node:')) seen.push(name);
      return found;
    } });
    await import('millrace/watch');
    await import('@millrace/rpc/fetch-client');
    const own = [...seen];
    await import('millrace/client');
    console.log(JSON.stringify({ own, control: seen.length > 0 }));`;
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
  expect(JSON.parse(stdout)).toEqual({ own: [], control: true });
});
