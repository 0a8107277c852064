import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { openHttp } from '../src/http-client.ts';
import { failingIds } from './failing-ids.ts';

// Calls that succeed, fail, stream, and don't get through; then says which of Node's modules all that took.
const [url = '', deadUrl = ''] = process.argv.slice(2);
const channel = openHttp(url);
const client = channel.client(FlowRunService);
const ignore = () => {};
await client.listFlowRuns({});
await client.getFlowRun({ id: failingIds.missing }).catch(ignore);
await client.getFlowRun({ id: failingIds.hanging }, { timeoutMs: 10 }).catch(ignore);
const subjects = [{ subject: { case: 'flowRunId' as const, value: failingIds.missing } }];
for await (const _ of channel.client(WatchService).watch({ subjects })) break;
await openHttp(deadUrl).client(FlowRunService).listFlowRuns({}).catch(ignore);
channel[Symbol.dispose]();
console.log(JSON.stringify(Reflect.get(process, 'moduleLoadList')));
