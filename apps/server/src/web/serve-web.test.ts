import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '@millrace/clock';
import { startRpcServer } from '@millrace/rpc/server';
import { createLogger } from '@millrace/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { serveWeb } from './serve-web.ts';

type Headers = Readonly<Record<string, string>>;

const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** A server with the UI of a folder in which there is, or will be, a build. */
async function setup({ isBuilt = true } = {}) {
  const parent = await mkdtemp(join(tmpdir(), 'millrace-ui-'));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const folder = join(parent, 'dist');
  const build = async (version: string) => {
    const made = join(parent, version);
    await mkdir(join(made, 'assets'), { recursive: true });
    const write = (name: string, content: string) => writeFile(join(made, name), content);
    await write('index.html', `<title>${version}</title>`);
    await write('assets/index-1.js', 'console.log(1)');
    await write('assets/index-1.js.br', 'as brotli');
    await write('assets/index-1.js.gz', 'as gzip');
    await write('favicon.svg', '<svg/>');
    await write('.inputs.json', '{}');
    await rm(folder, { recursive: true, force: true });
    await rename(made, folder);
  };
  await writeFile(join(parent, 'secret.txt'), 'secret');
  if (isBuilt) await build('one');
  const log = createLogger({ name: 'test', level: 'silent' });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'test',
    services: [],
    clock: systemClock,
    log,
    fallback: serveWeb({ folder, log }),
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  // Not by fetch, which tidies paths and unpacks bodies.
  const ask = (path: string, headers: Headers = {}, method = 'GET') =>
    new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) =>
        void request({ port: server.port, host: '127.0.0.1', path, headers, method }, async (response) =>
          resolve({ status: response.statusCode, headers: response.headers, body: await text(response) }),
        )
          .once('error', reject)
          .end(),
    );
  return { folder, build, ask };
}

test.for(['/', '/runs', '/runs/1?x=/../y', '/index.html', '/%zz'])('%s opens the page', async (path) => {
  const { ask } = await setup();
  const { status, headers, body } = await ask(path, html);
  expect({ status, body }).toEqual({ status: 200, body: '<title>one</title>' });
  expect(headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'/),
  });
});

test.for([
  ['a program that asks for an RPC that there is not', '/millrace.v1.RunService/Get', {}],
  ['an asset that is gone', '/assets/index-0.js', html],
  ['a way out of the folder', '/../secret.txt', {}],
  ['a way out in other letters', '/..%2fsecret.txt', {}],
  ['a way out through the assets', '/assets/..%2f..%2fsecret.txt', {}],
  ['what is not for browsers', '/.inputs.json', {}],
  ['a compressed file by its name', '/assets/index-1.js.br', {}],
] as const)('404 for %s', async ([_, path, headers]) => {
  const { ask } = await setup();
  const { status, body } = await ask(path, headers);
  expect(status).toBe(404);
  expect(body).toContain('there is no page or RPC');
});

test('a POST to no RPC is a 404 as without the UI', async () => {
  const { ask } = await setup();
  expect(await ask('/runs', { ...html, 'content-type': 'text/plain' }, 'POST')).toMatchObject({ status: 404 });
});

test.for([
  ['gzip, deflate, br, zstd', 'br', 'as brotli'],
  ['gzip;q=0.5', 'gzip', 'as gzip'],
  ['br;q=0, gzip', 'gzip', 'as gzip'],
  ['br;q=0.0, gzip; q=0', undefined, 'console.log(1)'],
  ['identity', undefined, 'console.log(1)'],
  ['', undefined, 'console.log(1)'],
] as const)('who accepts %j gets %s', async ([accepted, encoding, body]) => {
  const { ask } = await setup();
  const reply = await ask('/assets/index-1.js', { 'accept-encoding': accepted });
  expect(reply).toMatchObject({ status: 200, body });
  expect(reply.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'content-length': `${body.length}`,
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  });
  expect(reply.headers['content-encoding']).toBe(encoding);
});

test('HEAD says what GET would, without a body', async () => {
  const { ask } = await setup();
  const { headers, ...rest } = await ask('/favicon.svg', {}, 'HEAD');
  expect(rest).toEqual({ status: 200, body: '' });
  expect(headers).toMatchObject({ 'content-type': 'image/svg+xml', 'content-length': '6' });
});

test('who has the page already is told so, until it is another', async () => {
  const { ask, build } = await setup();
  const etag = String((await ask('/', html)).headers.etag);
  const known = { ...html, 'if-none-match': `W/${etag}, "x"` };
  expect(await ask('/runs', known)).toMatchObject({ status: 304, body: '' });
  await build('two');
  expect(await ask('/runs', known)).toMatchObject({ status: 200, body: '<title>two</title>' });
});

test('a page says that the UI is being built until it is there', async () => {
  const { ask, build } = await setup({ isBuilt: false });
  const { status, headers, body } = await ask('/runs', html);
  expect(status).toBe(503);
  expect(body).toMatch(/http-equiv="refresh".*The web UI is being built/s);
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'retry-after': '1' });
  expect(await ask('/favicon.svg')).toMatchObject({ status: 404 });
  await build('one');
  expect(await ask('/runs', html)).toMatchObject({ status: 200, body: '<title>one</title>' });
});

test('what was read is served on while the folder is away', async () => {
  const { ask, folder } = await setup();
  await ask('/', html);
  await rm(folder, { recursive: true });
  expect(await ask('/assets/index-1.js')).toMatchObject({ status: 200, body: 'console.log(1)' });
});
