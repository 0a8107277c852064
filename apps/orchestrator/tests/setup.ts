import { type Clock, newId, systemClock } from '@millrace/clock';
import { FlowRunService } from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import { LogService } from '@millrace/contracts/millrace/v1/log_service_pb';
import type { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionService } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { claimFlowRuns, openDatabase, openSignals, renewHolder, withTransaction } from '@millrace/db';
import { insertDeployment, insertFlowRuns, insertWorkQueue, testDatabase } from '@millrace/db/testing';
import { openHttp } from '@millrace/rpc/http-client';
import { startRpcServer } from '@millrace/rpc/server';
import { openSecretBox } from '@millrace/service';
import { silentLogger } from '@millrace/telemetry';
import { startOrchestrator } from '../src/start.ts';

const log = silentLogger();

/** An orchestrator on a database, as a process of its own would have it: own connections, own signals. */
export async function serve(url: string, clock: Clock = systemClock) {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(openDatabase({ url, schema: 'millrace', applicationName: 'orchestrator' }));
  const signals = stack.use(await openSignals(database, { clock: systemClock }));
  const secrets = openSecretBox({ keys: [], home: '/nowhere' });
  const app = stack.use(await startOrchestrator({ database, signals, clock, log, secrets }));
  const server = stack.use(
    await startRpcServer({ host: '127.0.0.1', port: 0, app: 'orchestrator', services: app.services, clock, log }),
  );
  const channel = stack.use(openHttp(server.url));
  const started = stack.move();
  return {
    server,
    database,
    signals,
    clock,
    log,
    runs: channel.client(FlowRunService),
    logs: channel.client(LogService),
    transitions: channel.client(TransitionService),
    watching: channel.client(WatchService),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** A database of the test's own, an orchestrator on it, and ways to make runs and let them do something. */
export async function setup(clock: Clock = systemClock) {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(await testDatabase());
  const served = stack.use(await serve(db.url, clock));
  const deployment = await insertDeployment(db.database, clock, 'nightly');
  const queue = await insertWorkQueue(db.database, clock);
  const started = stack.move();
  return {
    ...served,
    db,
    deployment,
    async newRuns(count: number): Promise<string[]> {
      return insertFlowRuns(db.database, clock, { ...deployment, count });
    },
    async newRun(overrides: Partial<Parameters<typeof insertFlowRuns>[2]> = {}): Promise<string> {
      const [id = ''] = await insertFlowRuns(db.database, clock, { ...deployment, ...overrides });
      return id;
    },
    /** Hands the waiting runs to a holder; gives their epochs. */
    async claim(): Promise<Map<string, number>> {
      const holderId = newId(clock);
      const { claimed, signals } = await withTransaction(served.database, async (tx) => {
        await renewHolder(tx, { id: holderId, kind: 'agent', name: 'a' }, clock.now());
        const now = clock.now();
        return claimFlowRuns(tx, {
          queueIds: [queue],
          holderId,
          limit: 100,
          now,
          actor: 'agent:a',
          newId: () => newId(clock),
        });
      });
      served.signals.publish(signals);
      return new Map(claimed.map(({ flowRunId, epoch }) => [flowRunId, epoch]));
    },
    /** Proposes states for a claimed run, all in one call. */
    async propose(flowRunId: string, epoch: number, ...types: StateType[]) {
      const items = types.map((type) => ({ flowRunId, requestId: newId(clock), epoch, state: { type } }));
      return (await served.transitions.applyTransitions({ items })).answers;
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

export type Setup = Awaited<ReturnType<typeof setup>>;

/** A batch of a log; the records' sequences go on from batch to batch where all have as many. */
export function batch(flowRunId: string, batchId: number, messages: readonly string[], epoch = 1) {
  return {
    flowRunId,
    epoch,
    batchId: BigInt(batchId),
    records: messages.map((message, index) => ({
      level: 30,
      logger: 'flow',
      message,
      sequence: BigInt((batchId - 1) * messages.length + index + 1),
    })),
  };
}
