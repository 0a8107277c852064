import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { LogBatchStatus, LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import { Code } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batch, type Setup, setup } from './setup.ts';

let app: Setup;
const unknown = '019b0000-0000-7000-8000-000000000001';
const task = '11111111-1111-4111-8111-111111111111';

beforeAll(async () => {
  app = await setup();
});
afterAll(() => app[Symbol.asyncDispose]());

const { STORED, DUPLICATE, NO_SUCH_RUN } = LogBatchStatus;

async function listAll(request: Parameters<Setup['logs']['listLogs']>[0]): Promise<string[]> {
  const messages: string[] = [];
  for (let pageToken = ''; ; ) {
    const reply = await app.logs.listLogs({ ...request, pageToken });
    messages.push(...reply.logs.map(({ message }) => message));
    if (!reply.nextPageToken) return messages;
    pageToken = reply.nextPageToken;
  }
}

test('each batch is answered, over both protocols', async () => {
  const [one = '', other = ''] = await app.newRuns(2);
  using grpc = openGrpc(app.server.url);
  const first = await app.logs.writeLogs({
    batches: [batch(one, 1, ['a', 'b']), batch(unknown, 1, ['x']), batch(other.toUpperCase(), 1, ['y'])],
  });
  expect(first.statuses).toEqual([STORED, NO_SUCH_RUN, STORED]);
  const second = await grpc
    .client(LogService)
    .writeLogs({ batches: [batch(one, 1, ['a', 'b']), batch(one, 2, ['c'])] });
  expect(second.statuses).toEqual([DUPLICATE, STORED]);
  expect(await listAll({ flowRunId: one })).toEqual(['a', 'b', 'c']);
  expect(await listAll({ flowRunId: other.toUpperCase() })).toEqual(['y']);
});

test('a record comes back as it was given, but for a time that cannot be', async () => {
  const flowRunId = await app.newRun();
  const { flowRun } = await app.runs.getFlowRun({ id: flowRunId });
  const record = { level: 45, logger: 'mine', message: 'naïve\n"🦊"', sequence: 7n, taskRunId: task };
  const timestamp = flowRun?.created;
  const records = [
    { ...record, timestamp },
    { ...record, timestamp: timestampFromMs(0) },
  ];
  await app.logs.writeLogs({ batches: [{ flowRunId, epoch: 0, batchId: 1n, records }] });
  const { logs } = await app.logs.listLogs({ flowRunId });
  expect(logs).toMatchObject([
    { ...record, flowRunId, timestamp },
    { ...record, flowRunId, timestamp },
  ]);
});

test('ten thousand records, page by page, by level, by task run', async () => {
  const flowRunId = await app.newRun();
  const levels = [20, 30, 30, 30, 40];
  const records = Array.from({ length: 10_000 }, (_, index) => ({
    level: levels[index % 5] ?? 0,
    logger: 'flow',
    message: `${index}`,
    sequence: BigInt(index + 1),
    ...(index % 1_000 === 0 ? { taskRunId: task } : {}),
  }));
  const { statuses } = await app.logs.writeLogs({
    batches: [1, 2, 3, 4].map((batchId) => ({
      flowRunId,
      epoch: 1,
      batchId: BigInt(batchId),
      records: records.slice((batchId - 1) * 2_500, batchId * 2_500),
    })),
  });
  expect(statuses).toEqual([STORED, STORED, STORED, STORED]);
  const expected = (keep: (index: number) => boolean) =>
    records.map(({ message }) => message).filter((_, index) => keep(index));
  expect(await listAll({ flowRunId, pageSize: 200 })).toEqual(expected(() => true));
  expect(await listAll({ flowRunId, pageSize: 200, minLevel: 40 })).toEqual(expected((index) => index % 5 === 4));
  expect(await listAll({ flowRunId, pageSize: 3, taskRunId: task })).toEqual(expected((index) => index % 1_000 === 0));
  expect((await app.logs.listLogs({ flowRunId })).logs).toHaveLength(50);
});

test('refuses what is too long, and stores nothing of the request', async () => {
  const flowRunId = await app.newRun();
  const batches = [batch(flowRunId, 1, ['fine']), batch(flowRunId, 2, ['fine', 'ä'.repeat(600_000)])];
  await expect(app.logs.writeLogs({ batches })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field: 'batches[1].records[1].message' }],
  });
  expect(await listAll({ flowRunId })).toEqual([]);
});

test('a token is good for its own run and question only', async () => {
  const [one = '', other = ''] = await app.newRuns(2);
  await app.logs.writeLogs({ batches: [batch(one, 1, ['a', 'b']), batch(other, 1, ['c'])] });
  const { nextPageToken: pageToken } = await app.logs.listLogs({ flowRunId: one, pageSize: 1 });
  for (const request of [{ flowRunId: other }, { flowRunId: one, minLevel: 30 }, { flowRunId: one, taskRunId: task }])
    await expect(app.logs.listLogs({ ...request, pageToken })).rejects.toMatchObject({ code: Code.InvalidArgument });
  await expect(app.logs.listLogs({ flowRunId: one, pageToken: 'x' })).rejects.toMatchObject({
    code: Code.InvalidArgument,
  });
});

test('no such run', async () => {
  const expected = { code: Code.NotFound, reason: 'FLOW_RUN_NOT_FOUND' };
  await expect(app.logs.listLogs({ flowRunId: unknown })).rejects.toMatchObject(expected);
});
