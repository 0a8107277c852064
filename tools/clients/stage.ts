import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAgent } from '@millrace/agent';
import { systemClock } from '@millrace/clock';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { startServer } from '@millrace/server';
import { createLogger } from '@millrace/telemetry';
import { MillraceClient } from 'millrace/client';

const AGENT = 'check-clients';
const QUEUE = 'default';

/** A server in an empty home with an agent, for clients to work on. */
export interface Stage extends AsyncDisposable {
  /** "http://127.0.0.1:43210" */
  readonly url: string;
  /** What the agent's runs of a deployment ("flow/deployment") logged, run by run; only of runs that completed there. */
  executed(deploymentName: string): Promise<readonly string[][]>;
}

/** @param databaseUrl default: an embedded Postgres of its own */
export async function startStage(databaseUrl?: string): Promise<Stage> {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'millrace-clients-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const clock = systemClock;
  const log = createLogger({ name: AGENT, level: 'warn' });
  const server = stack.use(await startServer({ home, port: 0, databaseUrl, databaseSchema: 'millrace', clock, log }));
  const { url } = server;
  const client = stack.use(new MillraceClient({ urls: url, actor: AGENT, clock }));
  await client.workQueues.createWorkQueue({ name: QUEUE });
  const urls = { deployments: url, orchestrator: url, scheduler: url };
  const environment = process.env;
  stack.use(await startAgent({ urls, name: AGENT, workQueues: [QUEUE], home, clock, log, environment }));

  async function isOfAgent({ id }: FlowRun): Promise<boolean> {
    const { states } = await client.flowRuns.listFlowRunStates({ flowRunId: id });
    return states.some(({ type, actor }) => type === StateType.RUNNING && actor === `agent:${AGENT}`);
  }
  async function executed(deploymentName: string): Promise<readonly string[][]> {
    const filter = { deploymentNames: [deploymentName], stateTypes: [StateType.COMPLETED] };
    const logs: string[][] = [];
    for (const flowRun of (await client.flowRuns.listFlowRuns({ filter, pageSize: 200 })).flowRuns) {
      const { logs: records } = await client.logs.listLogs({ flowRunId: flowRun.id });
      if (await isOfAgent(flowRun)) logs.push(records.map(({ message }) => message));
    }
    return logs;
  }
  const started = stack.move();
  return { url, executed, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
