import { once } from 'node:events';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { expect, test } from 'vitest';
import { Code } from '../src/errors.ts';
import { ListenError } from '../src/server/index.ts';
import { failingIds } from './failing-ids.ts';
import { rejection, setup } from './setup.ts';

const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing }, cursor: 'c' }];

test.each(['grpc', 'http'] as const)('stopping ends open streams over %s with UNAVAILABLE, at once', async (name) => {
  // Forced only after an hour: what ends these streams is the stop itself.
  await using its = await setup({ stopGraceMs: 3_600_000 });
  const started = its.example.nextStream();
  const cursors: string[] = [];
  const read = async () => {
    for await (const { cursor } of its[name].client(WatchService).watch({ subjects })) cursors.push(cursor);
  };
  const outcome = rejection(read());
  const { signal } = await started;
  await its.server[Symbol.asyncDispose]();
  expect(await outcome).toMatchObject({ code: Code.Unavailable, reason: 'SERVER_STOPPING' });
  expect(cursors).toEqual(['c']);
  expect(signal.aborted).toBe(true);
});

test('stopping ends a bidirectional stream whose client goes on sending', async () => {
  await using its = await setup();
  let sent = 0n;
  async function* requests() {
    for (;;) yield { message: { case: 'heartbeat' as const, value: { sequence: ++sent } } };
  }
  const { promise: running, resolve } = Promise.withResolvers<void>();
  const read = async () => {
    for await (const _ of its.grpc.client(WorkQueueService).dispatch(requests())) resolve();
  };
  const outcome = rejection(read());
  await running;
  await its.server[Symbol.asyncDispose]();
  expect(await outcome).toMatchObject({ code: Code.Unavailable });
});

test.each(['grpc', 'http'] as const)('a unary call over %s sees its signal and is answered', async (name) => {
  await using its = await setup();
  const call = rejection(its[name].client(FlowRunService).getFlowRun({ id: failingIds.hanging }));
  await expect.poll(() => its.example.contexts.length).toBe(1);
  await its.server[Symbol.asyncDispose]();
  expect(await call).toMatchObject({ code: Code.Unavailable, reason: 'SERVER_STOPPING' });
});

test('disposing twice, and of a server with idle connections, is fine', async () => {
  const its = await setup();
  for (const channel of [its.grpc, its.http]) await channel.client(FlowRunService).listFlowRuns({});
  await Promise.all([its.server[Symbol.asyncDispose](), its.server[Symbol.asyncDispose]()]);
  its.grpc[Symbol.dispose]();
  its.http[Symbol.dispose]();
});

test('nothing keeps the process alive after the end', async () => {
  const worker = new Worker(new URL('./leave-nothing.ts', import.meta.url), { stdout: true, stderr: true });
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
});

test('a port in use is named, with what to do', async () => {
  const occupier = createServer().listen(0, '127.0.0.1');
  await once(occupier, 'listening');
  const address = occupier.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const error = await rejection(setup({ port }));
  occupier.close();
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({ code: 'EADDRINUSE', message: expect.stringContaining(`127.0.0.1:${port}`) });
  expect(String(error)).toContain('--port');
});
