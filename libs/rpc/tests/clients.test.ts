import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { expect, test } from 'vitest';
import { Code, MillraceError } from '../src/errors.ts';
import { openGrpc } from '../src/grpc-client.ts';
import { openHttp } from '../src/http-client.ts';
import { failingIds } from './failing-ids.ts';
import { rejection, setup } from './setup.ts';

const openers = [
  { name: 'grpc', open: openGrpc },
  { name: 'http', open: openHttp },
];

/** An address where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

test.each(openers)('$name: where nobody listens, the error is UNAVAILABLE and says the address', async ({ open }) => {
  const url = await deadUrl();
  using channel = open(url);
  const error = await rejection(channel.client(FlowRunService).listFlowRuns({}));
  expect(error).toBeInstanceOf(MillraceError);
  expect(error).toMatchObject({ code: Code.Unavailable, reason: 'CONNECTION_FAILED' });
  expect(String(error)).toContain(url);
});

test.each(openers)('$name: the next address is used where one is dead, for streams too', async ({ open }) => {
  await using its = await setup();
  using channel = open(`${await deadUrl()}, ${its.server.url}`);
  expect((await channel.client(FlowRunService).listFlowRuns({})).flowRuns).toHaveLength(1);
  using fresh = open(`${await deadUrl()},${its.server.url}`);
  async function* parts() {
    yield { part: { case: 'header' as const, value: { sha256: 'a'.repeat(64), size: 0 } } };
  }
  const error = await rejection(fresh.client(StorageService).putDocument(parts()));
  expect(error).toMatchObject({ reason: 'WRONG_HASH' });
});

test.each(openers)('$name: when a server goes, the calls go to the other', async ({ open }) => {
  await using first = await setup();
  await using second = await setup();
  using channel = open(`${first.server.url},${second.server.url}`);
  const client = channel.client(FlowRunService);
  await client.listFlowRuns({});
  expect(first.example.contexts).toHaveLength(1);
  await first.server[Symbol.asyncDispose]();
  await client.listFlowRuns({});
  expect(second.example.contexts).toHaveLength(1);
});

test.each(openers)('$name: a connection that breaks during a stream is UNAVAILABLE', async ({ open }) => {
  await using its = await setup();
  const proxy = await breakableProxy(its.server.port);
  using channel = open(proxy.url);
  const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing } }];
  const read = async () => {
    for await (const _ of channel.client(WatchService).watch({ subjects })) proxy.break();
  };
  expect(await rejection(read())).toMatchObject({ code: Code.Unavailable });
  expect(await rejection(channel.client(FlowRunService).listFlowRuns({}))).toMatchObject({ code: Code.Unavailable });
});

/** Passes bytes on to a port until it breaks, with all its connections. */
async function breakableProxy(port: number) {
  const { connect } = await import('node:net');
  const sockets = new Set<{ destroy(): void }>();
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    break() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

test.each(openers)('$name: a host that never answers is given up for the next', async ({ open }) => {
  await using its = await setup();
  // Reserved for documentation: nobody is there, and nobody says so.
  using channel = open(`http://192.0.2.1:9,${its.server.url}`, { connectTimeoutMs: 100 });
  expect((await channel.client(FlowRunService).listFlowRuns({})).flowRuns).toHaveLength(1);
});

test.each(openers)('$name: an abort before the call makes none', async ({ open }) => {
  await using its = await setup();
  using channel = open(its.server.url);
  const call = channel.client(FlowRunService).listFlowRuns({}, { signal: AbortSignal.abort() });
  expect(await rejection(call)).toMatchObject({ code: Code.Canceled });
  expect(its.example.contexts).toHaveLength(0);
});

test.each(openers)('$name: what fails in the client’s own stream is told as it is', async ({ open }) => {
  await using its = await setup();
  using channel = open(its.server.url);
  // biome-ignore lint/correctness/useYield: it fails before it comes to that
  async function* parts(): AsyncGenerator<never> {
    throw new Error('the file is gone');
  }
  const error = await rejection(channel.client(StorageService).putDocument(parts()));
  expect(error).toMatchObject({ message: expect.stringContaining('the file is gone') });
});

test.each(openers)('$name: a stream that nobody reads does no harm', async ({ open }) => {
  using channel = open(await deadUrl());
  channel.client(WatchService).watch({ subjects: [] });
  // Fails as the stream does, a little later: had the stream's failure been unhandled, the test run would say so.
  await rejection(channel.client(FlowRunService).listFlowRuns({}));
});

test('the HTTP client loads neither HTTP/2 nor TLS nor fetch, whatever the outcome of its calls', async () => {
  await using its = await setup();
  const program = new URL('./light-client.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program, its.server.url, await deadUrl()]);
  const loaded: string[] = JSON.parse(stdout);
  expect(loaded).toContain('NativeModule http');
  for (const heavy of ['http2', 'tls', 'https', 'internal/deps/undici/undici'])
    expect(loaded).not.toContain(`NativeModule ${heavy}`);
  expect(its.example.contexts.length).toBeGreaterThan(0);
});
