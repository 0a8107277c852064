import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import { systemClock } from '@millrace/clock';
import { virtualClock } from '@millrace/clock/virtual';
import { DataDocumentSchema } from '@millrace/contracts/millrace/v1/data_document_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { StorageError } from '@millrace/packaging';
import { unavailable } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { openPackageCache } from './package-cache.ts';

const bytes = new TextEncoder().encode('{"module":"./flow.ts","export":"f"}');
const document = createHash('sha256').update(bytes).digest('hex');

function manifest(more: object) {
  const content = { flow_name: 'f', serializer: 'import', document, ...more };
  return create(DataDocumentSchema, {
    encoding: 'package-manifest',
    blob: new TextEncoder().encode(JSON.stringify(content)),
  });
}

const inDatabase = manifest({ type: 'database' });
const inStorage = manifest({ type: 'file', key: document, storage: { type: 'named', name: 'away' } });

/** A cache of a server whose storage can't be reached; what is in its database it gives. */
async function setup() {
  const stack = new AsyncDisposableStack();
  onTestFinished(() => stack.disposeAsync());
  const home = await mkdtemp(join(tmpdir(), 'millrace-packages-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const asked: string[] = [];
  const service = playedService(StorageService, {
    async *getDocument({ storage }) {
      asked.push(storage);
      if (storage !== '') throw unavailable('STORAGE_UNREACHABLE', `storage "${storage}": nobody answers`);
      yield { chunk: bytes };
    },
  });
  const log = silentLogger();
  const server = stack.use(
    await startRpcServer({
      host: '127.0.0.1',
      port: 0,
      app: 'deployments',
      services: [service],
      clock: systemClock,
      log,
    }),
  );
  const channel = stack.adopt(openGrpc(server.url), (opened) => opened[Symbol.dispose]());
  const clock = virtualClock(0);
  return { cache: openPackageCache({ channel, home, clock, log }), clock, asked };
}

test('a storage that can not be reached is given up after a while, and says why', async () => {
  const { cache, clock, asked } = await setup();
  let failure: unknown;
  const over = cache.get(inStorage, new AbortController().signal).catch((error: unknown) => {
    failure = error;
  });
  while (failure === undefined) await clock.advance(1_000);
  await over;
  expect(failure).toBeInstanceOf(StorageError);
  expect(failure).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('nobody answers') });
  expect(clock.now()).toBeGreaterThan(60_000);
  expect(asked.length).toBeGreaterThan(2);
});

test('the same package is had from a place that answers, while another does not', async () => {
  const { cache } = await setup();
  const giveUp = new AbortController();
  const waiting = cache.get(inStorage, giveUp.signal).catch(() => 'given up');
  const { signal } = new AbortController();
  expect(await cache.get(inDatabase, signal)).toMatchObject({ reference: { module: './flow.ts', export: 'f' } });
  giveUp.abort();
  expect(await waiting).toBe('given up');
});
