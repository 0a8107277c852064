import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Code, MillraceError } from '../src/errors.ts';
import { rawHttp } from './raw-http.ts';
import { rejection, type Setup, setup } from './setup.ts';

let shared: Setup;
beforeAll(async () => {
  shared = await setup({ allowedHosts: ['flows.example'], allowedOrigins: ['http://ui.example:5173'] });
});
afterAll(() => shared[Symbol.asyncDispose]());

test.each([
  ['evil.example', 403],
  ['127.0.0.1.evil.example', 403],
  ['evil@localhost', 403],
  ['localhost:99999', 403],
  ['127.0.0.999', 403],
  ['localhost', 200],
  ['LOCALHOST:4200', 200],
  ['[::1]:4200', 200],
  ['127.8.9.1', 200],
  ['flows.example:80', 200],
])('Host %s over HTTP is answered with %i', async (host, status) => {
  const reply = await rawHttp(shared.server, { headers: { host }, body: '{}' });
  expect(reply.status).toBe(status);
  if (status === 403) expect(JSON.parse(reply.text)).toMatchObject({ code: 'permission_denied' });
});

test.each([
  ['http://evil.example', 403],
  ['null', 403],
  ['http://localhost:1', 403],
  ['http://localhost:99999', 403],
  ['http://localhost', 200],
  ['http://ui.example:5173', 200],
])('Origin %s is answered with %i', async (origin, status) => {
  const reply = await rawHttp(shared.server, { headers: { host: 'localhost:80', origin }, body: '{}' });
  expect(reply.status).toBe(status);
});

test('a configured origin may read the reply, and its browser ask before', async () => {
  const origin = 'http://ui.example:5173';
  const asked = await rawHttp(shared.server, { method: 'OPTIONS', headers: { origin } });
  expect(asked.status).toBe(204);
  expect(asked.headers['access-control-allow-origin']).toBe(origin);
  expect(asked.headers['access-control-allow-headers']?.toLowerCase()).toContain('content-type');
  const reply = await rawHttp(shared.server, { headers: { origin }, body: '{}' });
  expect(reply.headers['access-control-allow-origin']).toBe(origin);
});

test.each([
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['multipart/form-data; boundary=x', 415],
  ['', 415],
  ['application/jsonx', 415],
  ['application/json; charset=utf-8', 200],
])('content type "%s" is answered with %i', async (type, status) => {
  const reply = await rawHttp(shared.server, { headers: { 'content-type': type }, body: '{}' });
  expect(reply.status).toBe(status);
});

test('what is not there is a 404 in JSON, whatever the method', async () => {
  for (const method of ['GET', 'POST']) {
    const reply = await rawHttp(shared.server, { method, path: '/no/such?thing=1' });
    expect(reply.status).toBe(404);
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'not_found', message: 'there is no page or RPC "/no/such"' });
  }
});

test('a fallback takes what is no RPC, behind the same guard', async () => {
  await using ui = await setup({ fallback: (_, response) => void response.end('<html>') });
  const page = await rawHttp(ui.server, { method: 'GET', path: '/' });
  expect(page.text).toBe('<html>');
  const stolen = await rawHttp(ui.server, { method: 'GET', path: '/', headers: { host: 'evil.example' } });
  expect(stolen.status).toBe(403);
  expect((await rawHttp(ui.server, { body: '{}' })).status).toBe(200);
});

test.each([
  { what: 'authority', authority: 'evil.example', origin: undefined, reason: 'HOST_NOT_ALLOWED' },
  { what: 'origin', authority: 'localhost', origin: 'http://evil.example', reason: 'ORIGIN_NOT_ALLOWED' },
])('a foreign $what over gRPC is PERMISSION_DENIED', async ({ authority, origin, reason }) => {
  const client = new Client(`127.0.0.1:${shared.server.port}`, credentials.createInsecure(), {
    'grpc.default_authority': authority,
  });
  const metadata = new Metadata();
  if (origin) metadata.set('origin', origin);
  const call = new Promise((resolve, reject) => {
    const asIs = (bytes: Buffer) => bytes;
    const path = '/millrace.v1.FlowRunService/ListFlowRuns';
    client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), metadata, (error, reply) =>
      error ? reject(error) : resolve(reply),
    );
  });
  const error = MillraceError.from(await rejection(call));
  client.close();
  expect(error).toMatchObject({ code: Code.PermissionDenied, reason });
});

test('the clients themselves are let in', async () => {
  for (const channel of [shared.grpc, shared.http])
    expect((await channel.client(FlowRunService).listFlowRuns({})).flowRuns).toHaveLength(1);
});
