import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { StorageService } from '@millrace/contracts/millrace/v1/storage_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Code, MillraceError } from '../src/errors.ts';
import { secret } from './example-services.ts';
import { failingIds } from './failing-ids.ts';
import { rawHttp } from './raw-http.ts';
import { errorKeepingLogger, rejection, type Setup, setup } from './setup.ts';

const { log, errors } = errorKeepingLogger();
let shared: Setup;
beforeAll(async () => {
  shared = await setup({ log });
});
afterAll(() => shared[Symbol.asyncDispose]());

describe.each(['grpc', 'http'] as const)('over %s', (name) => {
  const getFlowRun = (id: string) => shared[name].client(FlowRunService).getFlowRun({ id });

  test.each([
    {
      id: failingIds.precondition,
      expected: { code: Code.FailedPrecondition, reason: 'STALE_EPOCH', message: 'epoch 3 is over' },
    },
    {
      id: failingIds.unavailable,
      expected: { code: Code.Unavailable, reason: 'DATABASE_DOWN', retryDelayMs: 1_500 },
    },
    { id: failingIds.missing, expected: { code: Code.NotFound, reason: 'FLOW_RUN_NOT_FOUND', violations: [] } },
  ])('the client gets $expected.reason whole', async ({ id, expected }) => {
    const error = await rejection(getFlowRun(id));
    expect(error).toBeInstanceOf(MillraceError);
    expect(error).toMatchObject(expected);
  });

  test('an unknown exception becomes INTERNAL with a reference to the log, and nothing else', async () => {
    errors.length = 0;
    const error = await rejection(getFlowRun(failingIds.crash));
    expect(error).toMatchObject({ code: Code.Internal, reason: 'INTERNAL' });
    expect(String(error)).not.toContain('hunter2');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ rpc: 'millrace.v1.FlowRunService/GetFlowRun', err: new TypeError(secret) });
    expect(String(error)).toContain(errors[0]?.message);
    expect(errors[0]?.message).toMatch(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  });

  test('each field that breaks a rule of the proto is named', async () => {
    const call = shared[name].client(WorkQueueService).createWorkQueue({ name: 'a/b', concurrencyLimit: -1 });
    const error = await rejection(call);
    expect(error).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT' });
    const violations = error instanceof MillraceError ? error.violations : [];
    expect(violations.map(({ field }) => field)).toEqual(['name', 'concurrency_limit']);
    for (const { field, description } of violations) expect(String(error)).toContain(`${field}: ${description}`);
  });

  test('a message in the middle of a stream is validated too', async () => {
    const sha256 = 'a'.repeat(64);
    async function* parts() {
      yield { part: { case: 'header' as const, value: { sha256, size: 3 } } };
      yield { part: { case: undefined } };
    }
    const error = await rejection(shared[name].client(StorageService).putDocument(parts()));
    expect(error).toMatchObject({ code: Code.InvalidArgument, violations: [{ field: 'part' }] });
  });

  test('a stream that fails ends with the error after its messages', async () => {
    const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing }, cursor: 'fail' }];
    const cursors: string[] = [];
    const read = async () => {
      for await (const { cursor } of shared[name].client(WatchService).watch({ subjects })) cursors.push(cursor);
    };
    expect(await rejection(read())).toMatchObject({ code: Code.NotFound, reason: 'SUBJECT_NOT_FOUND' });
    expect(cursors).toEqual(['fail']);
  });

  test('a deadline ends the call on both sides', async () => {
    const before = shared.example.contexts.length;
    const options = { timeoutMs: 500 };
    const call = rejection(shared[name].client(FlowRunService).getFlowRun({ id: failingIds.hanging }, options));
    await expect.poll(() => shared.example.contexts.length).toBeGreaterThan(before);
    expect(await call).toMatchObject({ code: Code.DeadlineExceeded });
    const signal = shared.example.contexts.at(-1)?.signal;
    if (!signal?.aborted) await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    expect(signal?.aborted).toBe(true);
  });

  test('an abort cancels the call on both sides', async () => {
    const { signal, abort } = abortable();
    const call = rejection(shared[name].client(FlowRunService).getFlowRun({ id: failingIds.hanging }, { signal }));
    const before = shared.example.contexts.length;
    await expect.poll(() => shared.example.contexts.length).toBeGreaterThan(before);
    abort();
    expect(await call).toMatchObject({ code: Code.Canceled });
    const theirs = shared.example.contexts.at(-1)?.signal;
    if (!theirs?.aborted) await new Promise((resolve) => theirs?.addEventListener('abort', resolve));
    expect(theirs?.aborted).toBe(true);
  });

  test.each([
    ['0.0.9', 'CLIENT_TOO_OLD', 'upgrade the client'],
    ['7.1.0', 'CLIENT_TOO_NEW', 'upgrade the server'],
  ])('a client of version %s is told %s', async (version, reason, advice) => {
    const call = rawHttp(shared.server, { body: '{}', headers: { 'millrace-version': version } });
    const { status, text } = await call;
    expect(status).toBe(400);
    expect(JSON.parse(text).message).toContain(advice);
    expect(JSON.parse(text).details[0].debug.reason).toBe(reason);
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test('JSON that is none is the caller’s fault', async () => {
  const { status, text } = await rawHttp(shared.server, { body: '{"filter": [' });
  expect(status).toBe(400);
  expect(JSON.parse(text).code).toBe('invalid_argument');
});

test('bytes in a stream that are no message are the caller’s fault', async () => {
  const body = Buffer.from([0, 0, 0, 0, 2, 0x0a, 0x7f]);
  const path = '/millrace.v1.StorageService/PutDocument';
  const { text } = await rawHttp(shared.server, {
    path,
    body,
    headers: { 'content-type': 'application/connect+proto' },
  });
  expect(text).toContain('"code":"invalid_argument"');
  expect(text).toContain('the request is not a millrace.v1.PutDocumentRequest');
});

test('what the server needs is away: UNAVAILABLE, to be tried again, and nothing of the cause', async () => {
  await using over = await setup({ isPassing: (thrown) => thrown instanceof TypeError });
  for (const channel of [over.grpc, over.http]) {
    const error = await rejection(channel.client(FlowRunService).getFlowRun({ id: failingIds.crash }));
    expect(error).toMatchObject({ code: Code.Unavailable, reason: 'BACKEND_AWAY', retryDelayMs: 1_000 });
    expect(String(error)).not.toContain('hunter2');
  }
});
