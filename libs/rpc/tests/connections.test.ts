import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Setup, setup } from './setup.ts';

let shared: Setup;
beforeAll(async () => {
  shared = await setup({ silentSocketMs: 150 });
});
afterAll(() => shared[Symbol.asyncDispose]());

// Whatever came before: the server lives, on both protocols.
afterEach(async () => {
  for (const channel of [shared.grpc, shared.http])
    expect((await channel.client(FlowRunService).listFlowRuns({})).flowRuns).toHaveLength(1);
});

function open(): Socket {
  return connect(shared.server.port, shared.server.host).on('error', () => {});
}

/** All that the server sends until it closes the connection. */
async function untilClosed(socket: Socket): Promise<string> {
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
  });
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

test('garbage is refused', async () => {
  const socket = open();
  socket.write(Buffer.concat([Buffer.from([0xff, 0x00]), randomBytes(10_000)]));
  expect(await untilClosed(socket)).toContain('400 Bad Request');
});

test.each([
  ['nothing', ''],
  ['a P', 'P'],
  ['PR', 'PR'],
  ['half a request', 'POST / HTTP/1.1\r\nHost: local'],
])('a client that sends %s and falls silent is let go', async (_, start) => {
  const socket = open();
  if (start) socket.write(start);
  await untilClosed(socket);
});

test('a client that sends a P and hangs up is let go', async () => {
  const socket = open();
  socket.end('P');
  await untilClosed(socket);
});

test('an HTTP/2 client that hangs up is noticed at once', async () => {
  const socket = open();
  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]));
  await once(socket, 'data');
  socket.end();
  await untilClosed(socket);
});

test('a preface that goes wrong is refused', async () => {
  const socket = open();
  socket.write('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n and so on, without frames');
  await untilClosed(socket);
});

test('a preface followed by a reset is survived', async () => {
  const socket = open();
  await once(socket, 'connect');
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', () => socket.resetAndDestroy());
  await once(socket, 'close');
});

test.each([1, 2, 3])('a request that arrives after its first %i bytes is answered', async (first) => {
  const request =
    'POST /millrace.v1.FlowRunService/ListFlowRuns HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n' +
    'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
  const socket = open().setNoDelay();
  await new Promise<void>((resolve) => void socket.write(request.slice(0, first), () => resolve()));
  // A round trip on another connection: the first bytes have been seen by then.
  await shared.http.client(FlowRunService).listFlowRuns({});
  socket.write(request.slice(first));
  expect(await untilClosed(socket)).toContain('200 OK');
});

test('a request from a client that has closed its side is answered', async () => {
  const socket = connect({ port: shared.server.port, host: shared.server.host, allowHalfOpen: true });
  socket.end('GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  expect(await untilClosed(socket)).toContain('404');
});

test('20,000 headers are refused', async () => {
  const socket = open();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
  for (let n = 0; n < 20_000 && socket.writable; n++) socket.write(`x-${n}: y\r\n`);
  socket.write('\r\n');
  expect(await untilClosed(socket)).toContain('431');
});

test('HTTP/2 that is not gRPC is refused', async () => {
  const session = connectHttp2(shared.server.url);
  const stream = session.request({ ':method': 'POST', ':path': '/x', 'content-type': 'application/json' });
  const [headers] = await once(stream, 'response');
  expect(headers[':status']).toBe(415);
  session.close();
});
