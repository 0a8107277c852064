import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '@millrace/clock';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { openHttp } from '@millrace/rpc/http-client';

/** What the thread is started with. */
export interface HolderToKeep {
  readonly holder: {
    readonly holderId: string;
    readonly name: string;
    readonly runs: readonly { readonly flowRunId: string; readonly epoch: number }[];
  };
  readonly orchestratorUrl: string;
}

/** What the thread tells. */
export type HolderNews = 'renewed' | 'lost';

// A sixth of the lease: several may fail before it ends.
const RENEW_EVERY_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
// A main thread that is blocked by user code doesn't hear that the run is lost, and would go on doing another's work.
const KILL_AFTER_MS = 10_000;

const { holder, orchestratorUrl } = workerData as HolderToKeep;
const transitions = openHttp(orchestratorUrl, { actor: 'engine' }).client(TransitionService);

function tell(news: HolderNews): void {
  parentPort?.postMessage(news);
}

for (;;) {
  const reply = await transitions
    .renewHolder({ ...holder, runs: [...holder.runs] }, { timeoutMs: RENEW_EVERY_MS })
    .catch(() => undefined);
  if (reply && reply.lostFlowRunIds.length > 0) break;
  if (reply) tell('renewed');
  await systemClock.sleep(reply ? RENEW_EVERY_MS : RETRY_AFTER_MS);
}
tell('lost');
await systemClock.sleep(KILL_AFTER_MS);
process.kill(process.pid, 'SIGKILL');
