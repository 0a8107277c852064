import { connect } from 'node:net';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Code } from '../src/errors.ts';
import { rawHttp } from './raw-http.ts';
import { rejection, type Setup, setup } from './setup.ts';

let shared: Setup;
beforeAll(async () => {
  shared = await setup();
});
afterAll(() => shared[Symbol.asyncDispose]());

const sixMegabytes = 6_000_000;

describe.each(['grpc', 'http'] as const)('over %s', (name) => {
  test('a request of 6 MB is RESOURCE_EXHAUSTED, and the next is served', async () => {
    const client = shared[name].client(FlowRunService);
    const error = await rejection(client.listFlowRuns({ filter: { nameLike: 'x'.repeat(sixMegabytes) } }));
    expect(error).toMatchObject({ code: Code.ResourceExhausted, reason: 'REQUEST_TOO_LARGE' });
    expect(String(error)).toContain('limit of 4 MiB');
    expect((await client.listFlowRuns({})).flowRuns).toHaveLength(1);
  });

  test('a message of 6 MB in a stream is RESOURCE_EXHAUSTED', async () => {
    async function* parts() {
      yield { part: { case: 'header' as const, value: { sha256: 'a'.repeat(64), size: sixMegabytes } } };
      yield { part: { case: 'chunk' as const, value: new Uint8Array(sixMegabytes) } };
    }
    const error = await rejection(shared[name].client(StorageService).putDocument(parts()));
    expect(error).toMatchObject({ code: Code.ResourceExhausted, reason: 'REQUEST_TOO_LARGE' });
    expect(String(error)).toContain('limit of 4 MiB');
  });
});

test.each([
  ['with its length declared', { 'content-length': String(sixMegabytes) }],
  ['in chunks', { 'transfer-encoding': 'chunked' }],
])('a JSON request of 6 MB %s is read to its end and refused', async (_, headers) => {
  const body = Buffer.alloc(sixMegabytes, ' ');
  const { status, text } = await rawHttp(shared.server, { headers, body });
  expect(status).toBe(429);
  expect(JSON.parse(text)).toMatchObject({
    code: 'resource_exhausted',
    message: 'the request is larger than the limit of 4 MiB',
  });
});

test('on one connection the request after one that was too large is served', async () => {
  const path = '/millrace.v1.FlowRunService/ListFlowRuns';
  const head = (length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
  const socket = connect(shared.server.port, shared.server.host);
  socket.write(head(sixMegabytes));
  socket.write(Buffer.alloc(sixMegabytes, ' '));
  socket.write(`${head(2)}{}`);
  let received = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    received += chunk;
    if (received.includes('flowRuns')) break;
  }
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 429', 'HTTP/1.1 200']);
});

test('a body that never ends is cut off', async () => {
  await using small = await setup({ requestLimitBytes: 1024 });
  const socket = connect(small.server.port, small.server.host);
  socket.on('error', () => {});
  socket.write(
    'POST /millrace.v1.FlowRunService/ListFlowRuns HTTP/1.1\r\nHost: localhost\r\n' +
      'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  const chunk = `400\r\n${' '.repeat(1024)}\r\n`;
  const feed = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', feed).resume();
  feed();
  await new Promise((resolve) => socket.once('close', resolve));
  expect(socket.bytesWritten).toBeGreaterThan(16 * 1024);
});

test('the limit is an option', async () => {
  await using small = await setup({ requestLimitBytes: 1000 });
  const { status, text } = await rawHttp(small.server, { body: `{"filter": {"nameLike": "${'x'.repeat(1000)}"}}` });
  expect(status).toBe(429);
  expect(JSON.parse(text).message).toBe('the request is larger than the limit of 1000 bytes');
});
