import { ConnectError } from '@connectrpc/connect';
import { Metadata, status } from '@grpc/grpc-js';
import { describe, expect, test } from 'vitest';
import { decodeConnectReply } from './decode-error.ts';
import { toConnectError, toGrpcStatus } from './encode-error.ts';
import {
  alreadyExists,
  Code,
  failedPrecondition,
  internal,
  invalidArgument,
  MillraceError,
  notFound,
  permissionDenied,
  resourceExhausted,
  unavailable,
} from './errors.ts';

const examples = [
  invalidArgument([
    { field: 'schedules[0].interval', description: 'must be positive' },
    { field: '', description: 'is too much' },
  ]),
  notFound('work queue', 'a "b"'),
  alreadyExists('deployment', 'hello/every-minute'),
  failedPrecondition('STALE_EPOCH', 'epoch 3 is over: Zürich 😀'),
  resourceExhausted('REQUEST_TOO_LARGE', 'larger than 4 MiB'),
  unavailable('DATABASE_DOWN', 'away', 1_250),
  unavailable('DATABASE_DOWN', 'away'),
  permissionDenied('ORIGIN_NOT_ALLOWED', 'no'),
];

const shown = ({ code, reason, message, violations, retryDelayMs }: MillraceError) => ({
  code,
  reason,
  message,
  violations,
  retryDelayMs,
});

describe.each(examples.map((error) => [error.reason, error] as const))('%s', (_, error) => {
  test('survives gRPC', () => {
    const { message, details } = toGrpcStatus(error);
    const metadata = new Metadata();
    metadata.set('grpc-status-details-bin', Buffer.from(details));
    const received = Object.assign(new Error(message), { code: error.code, details: message, metadata });
    expect(shown(MillraceError.from(received))).toEqual(shown(error));
  });

  test('survives Connect', () => {
    const sent = toConnectError(error);
    const received = new ConnectError(sent.rawMessage, sent.code, undefined, sent.details as never);
    expect(shown(MillraceError.from(received))).toEqual(shown(error));
    expect(MillraceError.from(sent)).toBe(error);
  });
});

test.each([
  ['an abort', new DOMException('x', 'AbortError'), Code.Canceled, 'CANCELED'],
  ['a timeout', new DOMException('x', 'TimeoutError'), Code.DeadlineExceeded, 'DEADLINE_EXCEEDED'],
  ['an error of Connect', new ConnectError('x', Code.OutOfRange), Code.OutOfRange, 'OUT_OF_RANGE'],
  ['any error', new RangeError('secret'), Code.Internal, 'INTERNAL'],
  ['no error at all', 'secret', Code.Internal, 'INTERNAL'],
  [
    'a foreign gRPC server’s error',
    Object.assign(new Error('x'), { code: status.ABORTED, details: 'x', metadata: new Metadata() }),
    Code.Aborted,
    'ABORTED',
  ],
])('%s becomes one of ours', (_, thrown, code, reason) => {
  const error = MillraceError.from(thrown);
  expect(error).toMatchObject({ code, reason, cause: thrown });
  expect(error.message).not.toContain('secret');
});

test('broken details leave code and message', () => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff]));
  const thrown = Object.assign(new Error('x'), { code: status.NOT_FOUND, details: 'gone', metadata });
  expect(MillraceError.from(thrown)).toMatchObject({ code: Code.NotFound, reason: 'NOT_FOUND', message: 'gone' });
});

test.each(['', 'null', '{}', '<html>', '{"error":null}', '{"error":{"code":"what"}}', '{"error":{"code":3}}'])(
  'a reply %j has no error',
  (text) => {
    expect(decodeConnectReply(text)).toBeUndefined();
  },
);

test.each(['"type":"google.rpc.BadRequest","value":"////"', '"type":"google.rpc.ErrorInfo","value":"§"'])(
  'broken details in a reply leave code and message: %s',
  (detail) => {
    const reply = decodeConnectReply(`{"error":{"code":"not_found","message":"gone","details":[{${detail}}]}}`);
    expect(reply).toMatchObject({ code: Code.NotFound, reason: 'NOT_FOUND', message: 'gone', violations: [] });
  },
);

test('reasons are made of what is missing', () => {
  expect(notFound('flow run', 'x').reason).toBe('FLOW_RUN_NOT_FOUND');
  expect(alreadyExists('work-queue', 'x').reason).toBe('WORK_QUEUE_ALREADY_EXISTS');
});

test('internal errors differ by their references only', () => {
  const [one, two] = [internal(new Error('a')), internal(new Error('a'))];
  expect(one.message).not.toBe(two.message);
  expect(internal('x', 'ref-1').message).toContain('ref-1');
});

test('very many violations, and texts that no header can carry, still fit a reply', () => {
  const bad = invalidArgument(
    Array.from({ length: 5_000 }, (_, n) => ({ field: `f${n}\ud800`, description: 'x'.repeat(1_000) })),
  );
  expect(bad.violations).toHaveLength(101);
  expect(bad.violations.at(-1)?.description).toBe('and 4900 more');
  const { message, details } = toGrpcStatus(bad);
  expect(message.isWellFormed()).toBe(true);
  expect(encodeURI(message).length + details.length * 2).toBeLessThan(60_000);
});

test.each([
  ['many', Array.from({ length: 500 }, (_, at) => ({ field: `tags[${at}]`, description: 'must not be empty' }))],
  ['long', [{ field: 'tags', description: '中'.repeat(10_000) }]],
  ['many long', Array.from({ length: 90 }, () => ({ field: '中'.repeat(200), description: '中"%'.repeat(200) }))],
])('what gRPC sends of %s violations stays below what clients take as headers', (_, violations) => {
  const { message, details } = toGrpcStatus(invalidArgument(violations));
  const headers = encodeURI(message).length + Math.ceil(details.byteLength / 3) * 4;
  expect(headers).toBeLessThan(8_000);
  expect(headers).toBeGreaterThan(1_700);
});
