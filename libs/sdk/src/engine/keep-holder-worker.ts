import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '@millrace/clock';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { openHttp } from '@millrace/rpc/http-client';

/** A run, and the epoch under which it is held. */
export interface HeldRun {
  readonly flowRunId: string;
  readonly epoch: number;
}

/** What is renewed, and where. */
export interface Holding {
  readonly runs: readonly HeldRun[];
  readonly orchestratorUrl: string;
}

/** What the thread is started with; each message that it gets is the holding from there on. */
export interface HolderToKeep extends Holding {
  readonly holder: { readonly holderId: string; readonly name: string };
  /** Whether the process is killed some time after it lost a run. */
  readonly endsProcess: boolean;
}

/** What the thread tells. */
export type HolderNews =
  | { readonly type: 'renewed' }
  | { readonly type: 'lost'; readonly flowRunIds: readonly string[] };

// A sixth of the lease: several may fail before it ends.
const RENEW_EVERY_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
// A main thread that is blocked by user code doesn't hear that the run is lost, and would go on doing another's work.
const KILL_AFTER_MS = 10_000;

const { holder, endsProcess, ...start } = workerData as HolderToKeep;
let { runs, orchestratorUrl } = start;
let transitions = clientAt(orchestratorUrl);
let given = Promise.withResolvers<void>();
parentPort?.on('message', (holding: Holding) => {
  if (holding.orchestratorUrl !== orchestratorUrl) transitions = clientAt(holding.orchestratorUrl);
  ({ runs, orchestratorUrl } = holding);
  given.resolve();
});

function clientAt(url: string) {
  return openHttp(url, { actor: 'engine' }).client(TransitionService);
}

function tell(news: HolderNews): void {
  parentPort?.postMessage(news);
}

for (;;) {
  if (runs.length === 0) {
    given = Promise.withResolvers();
    await given.promise;
    // Their lease began when they were made.
    await systemClock.sleep(RENEW_EVERY_MS);
    continue;
  }
  const reply = await transitions
    .renewHolder({ ...holder, runs: [...runs] }, { timeoutMs: RENEW_EVERY_MS })
    .catch(() => undefined);
  if (reply && reply.lostFlowRunIds.length > 0) {
    tell({ type: 'lost', flowRunIds: reply.lostFlowRunIds });
    runs = runs.filter(({ flowRunId }) => !reply.lostFlowRunIds.includes(flowRunId));
    if (endsProcess) {
      await systemClock.sleep(KILL_AFTER_MS);
      process.kill(process.pid, 'SIGKILL');
    }
  } else if (reply) tell({ type: 'renewed' });
  await systemClock.sleep(reply ? RENEW_EVERY_MS : RETRY_AFTER_MS);
}
