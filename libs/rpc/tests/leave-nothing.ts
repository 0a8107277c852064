import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { failingIds } from './failing-ids.ts';
import { setup } from './setup.ts';

// Uses a server in every way and disposes of it; the process must end by itself.
const its = await setup();
const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing } }];
for (const channel of [its.grpc, its.http]) {
  await channel.client(FlowRunService).listFlowRuns({});
  for await (const _ of channel.client(WatchService).watch({ subjects })) break;
}
await its[Symbol.asyncDispose]();
