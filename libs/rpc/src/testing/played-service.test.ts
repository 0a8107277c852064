import { systemClock } from '@millrace/clock';
import { WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { silentLogger } from '@millrace/telemetry';
import { expect, onTestFinished, test } from 'vitest';
import { Code } from '../errors.ts';
import { openGrpc } from '../grpc-client.ts';
import { startRpcServer } from '../server/index.ts';
import { playedService } from './index.ts';

test('what a test plays is served; the rest, streams too, answers UNIMPLEMENTED by name', async () => {
  const played = playedService(WorkQueueService, { listWorkQueues: async () => ({ totalCount: 7 }) });
  const options = { host: '127.0.0.1', port: 0, app: 'test', clock: systemClock, log: silentLogger() };
  const server = await startRpcServer({ ...options, services: [played] });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const channel = openGrpc(server.url);
  onTestFinished(() => channel[Symbol.dispose]());
  const queues = channel.client(WorkQueueService);

  expect(await queues.listWorkQueues({})).toMatchObject({ totalCount: 7 });
  await expect(queues.getWorkQueue({ key: { case: 'name', value: 'q' } })).rejects.toMatchObject({
    code: Code.Unimplemented,
    message: 'this test does not play WorkQueueService.GetWorkQueue',
  });
  const stream = queues.dispatch((async function* () {})());
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: Code.Unimplemented });
});
