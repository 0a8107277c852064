import { createClient } from '@connectrpc/connect';
import { createGrpcWebTransport } from '@connectrpc/connect-node';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { expect, test } from 'vitest';
import { Code, MillraceError } from '../src/errors.ts';
import { failingIds } from './failing-ids.ts';
import { rejection, setup } from './setup.ts';

test('gRPC-Web is served: a call, an error with its details, a stream, a request that is too large', async () => {
  await using its = await setup();
  const transport = createGrpcWebTransport({ baseUrl: its.server.url, httpVersion: '1.1' });
  const runs = createClient(FlowRunService, transport);
  expect((await runs.listFlowRuns({ filter: { nameLike: 'x' } })).flowRuns[0]?.name).toBe('x');
  const error = MillraceError.from(await rejection(runs.getFlowRun({ id: failingIds.unavailable })));
  expect(error).toMatchObject({ code: Code.Unavailable, reason: 'DATABASE_DOWN', retryDelayMs: 1_500 });
  const tooLarge = await rejection(runs.listFlowRuns({ filter: { nameLike: 'x'.repeat(6_000_000) } }));
  expect(tooLarge).toMatchObject({ code: Code.ResourceExhausted });
  const stop = new AbortController();
  const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing }, cursor: 'c' }];
  const events = createClient(WatchService, transport).watch({ subjects }, { signal: stop.signal });
  for await (const { cursor } of events) {
    expect(cursor).toBe('c');
    break;
  }
  stop.abort();
});
