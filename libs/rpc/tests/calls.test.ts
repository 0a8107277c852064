import { createHash } from 'node:crypto';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { millraceVersion } from '@millrace/settings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openFetch } from '../src/fetch-client.ts';
import { chunkBytes } from './example-services.ts';
import { rawHttp } from './raw-http.ts';
import { collect, type Setup, setup } from './setup.ts';

let shared: Setup;
beforeAll(async () => {
  shared = await setup();
});
afterAll(() => shared[Symbol.asyncDispose]());

const runId = '0190a8b0-0000-7000-8000-000000000000';

describe.each([
  { name: 'grpc', protocol: 'grpc', actor: 'grace' },
  { name: 'http', protocol: 'connect', actor: 'ada' },
] as const)('over $name', ({ name, protocol, actor }) => {
  test('a unary call is answered', async () => {
    const { flowRun } = await shared[name].client(FlowRunService).getFlowRun({ id: runId });
    expect(flowRun?.name).toBe('brave-otter');
    expect(flowRun?.parameters).toEqual({ answer: 42 });
  });

  test('the implementation learns protocol, actor and version', async () => {
    await shared[name].client(FlowRunService).listFlowRuns({}, { headers: { 'x-extra': 'yes' } });
    const context = shared.example.contexts.at(-1);
    expect(context).toMatchObject({ protocol, actor });
    expect(context?.headers.get('millrace-version')).toBe(millraceVersion);
    expect(context?.headers.get('x-extra')).toBe('yes');
  });

  test('a client stream and a server stream carry a document of 10 MiB', async () => {
    const bytes = Buffer.alloc(10 * 1024 ** 2 + 17, name);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const client = shared[name].client(StorageService);
    async function* parts() {
      yield { part: { case: 'header' as const, value: { sha256, size: bytes.length } } };
      for (let at = 0; at < bytes.length; at += chunkBytes)
        yield { part: { case: 'chunk' as const, value: bytes.subarray(at, at + chunkBytes) } };
    }
    expect(await client.putDocument(parts())).toMatchObject({ sha256, created: true });
    // The second time the server answers after the header, while the client still sends.
    expect(await client.putDocument(parts())).toMatchObject({ sha256, created: false });
    const received = (await collect(client.getDocument({ sha256 }))).map(({ chunk }) => chunk);
    expect(Buffer.concat(received).equals(bytes)).toBe(true);
    expect(Buffer.isBuffer(received[0])).toBe(false);
  });

  test('a unary request just below the limit is served', async () => {
    const nameLike = 'x'.repeat(4 * 1024 ** 2 - 100);
    const { flowRuns } = await shared[name].client(FlowRunService).listFlowRuns({ filter: { nameLike } });
    expect(flowRuns[0]?.name.length).toBe(nameLike.length);
  });

  test('leaving the loop over a stream cancels the call', async () => {
    const started = shared.example.nextStream();
    const subjects = [{ subject: { case: 'flowRunId' as const, value: runId }, cursor: 'c1' }];
    for await (const event of shared[name].client(WatchService).watch({ subjects })) {
      expect(event.cursor).toBe('c1');
      break;
    }
    const { signal } = await started;
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    expect(signal.aborted).toBe(true);
  });
});

test('a bidirectional stream loses none of 5,000 messages either way', async () => {
  const count = 5_000;
  async function* requests() {
    for (let n = 1; n <= count; n++) yield { message: { case: 'heartbeat' as const, value: { sequence: BigInt(n) } } };
  }
  const sequences: bigint[] = [];
  for await (const { message } of shared.grpc.client(WorkQueueService).dispatch(requests()))
    if (message.case === 'heartbeatAck') sequences.push(message.value.sequence);
  expect(sequences).toEqual(Array.from({ length: count }, (_, n) => BigInt(n + 1)));
});

test('a bidirectional stream answers while requests are still to come', async () => {
  const { promise: firstAnswered, resolve: answered } = Promise.withResolvers<void>();
  async function* requests() {
    yield { message: { case: 'heartbeat' as const, value: { sequence: 1n } } };
    await firstAnswered;
    yield { message: { case: 'heartbeat' as const, value: { sequence: 2n } } };
  }
  const sequences: bigint[] = [];
  for await (const { message } of shared.grpc.client(WorkQueueService).dispatch(requests())) {
    if (message.case === 'heartbeatAck') sequences.push(message.value.sequence);
    answered();
  }
  expect(sequences).toEqual([1n, 2n]);
});

test('JSON over plain HTTP is answered in JSON', async () => {
  const reply = await rawHttp(shared.server, { body: '{"filter": {"nameLike": "abc", "unknownField": 1}}' });
  expect(reply.status).toBe(200);
  expect(JSON.parse(reply.text)).toEqual({ flowRuns: [{ name: 'abc' }] });
});

test('strings are made storable before the implementation sees them', async () => {
  const body = '{"filter": {"nameLike": "a\\u0000b\\ud800c", "tagsAll": ["\\udc00"]}}';
  const reply = await rawHttp(shared.server, { body });
  expect(JSON.parse(reply.text)).toEqual({ flowRuns: [{ name: 'a\uFFFDb\uFFFDc', tags: ['\uFFFD'] }] });
});

test('the client for browsers is answered, and says which version it is, and who', async () => {
  const channel = openFetch(shared.server.url, { actor: 'ada' });
  const { flowRun } = await channel.client(FlowRunService).getFlowRun({ id: runId });
  expect(flowRun?.id).toBe(runId);
  await channel.client(WorkQueueService).createWorkQueue({ name: 'q' });
  const context = shared.example.contexts.at(-1);
  expect(context?.headers.get('millrace-version')).toBe(millraceVersion);
  expect(context?.actor).toBe('ada');
});
