import { systemClock } from '@millrace/clock';
import {
  DeploymentService,
  type DeploymentServiceCreateFlowRunRequest,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { Code, invalidArgument } from '@millrace/rpc/errors';
import { startRpcServer } from '@millrace/rpc/server';
import { playedService } from '@millrace/rpc/testing';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { MillraceClient } from '../src/client/index.ts';
import { flow, runDeployment } from '../src/index.ts';
import { withoutServer } from '../src/testing.ts';
import { dataOf, PlayedAgent } from './played-agent.ts';

/** A server that makes every run, but for those that `refuse` refuses. */
async function playedServer(
  refuse: (request: DeploymentServiceCreateFlowRunRequest) => Error | undefined = () => undefined,
) {
  const requests: DeploymentServiceCreateFlowRunRequest[] = [];
  const deployments = playedService(DeploymentService, {
    async createFlowRun(request) {
      requests.push(request);
      const error = refuse(request);
      if (error) throw error;
      return { flowRun: { id: 'made' }, created: true };
    },
  });
  const server = await startRpcServer({
    host: '127.0.0.1',
    port: 0,
    app: 'deployments',
    services: [deployments],
    clock: systemClock,
    log: silentLogger(),
  });
  return {
    url: server.url,
    requests,
    parents: () => requests.map(({ parentFlowRunId }) => parentFlowRunId),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

// A flow that has another one run a deployment, and gives the id of what was made.
const files = {
  'flow.ts': `import { flow, MillraceClient, runDeployment } from 'millrace';
export const f = flow('f', async ({ url }: { url: string }) => {
  using client = new MillraceClient({ urls: url });
  return (await runDeployment('f/d', { client, wait: false })).id;
});
`,
};

async function runInEngine(url: string) {
  const agent = await PlayedAgent.start({ files, assignment: { parameters: { url } } });
  await agent.exited;
  return agent;
}

const bad = (field: string) => invalidArgument([{ field, description: 'is bad' }]);

test('within a flow, the flow’s run is the parent', async () => {
  await using server = await playedServer();
  await using agent = await runInEngine(server.url);
  expect(dataOf(agent.states.at(-1))).toBe('made');
  expect(server.parents()).toEqual([agent.assignment().flowRunId]);
});

test('a server that does not know the parent makes the run without', async () => {
  await using server = await playedServer(({ parentFlowRunId }) =>
    parentFlowRunId ? bad('parent_flow_run_id') : undefined,
  );
  await using agent = await runInEngine(server.url);
  expect(dataOf(agent.states.at(-1))).toBe('made');
  expect(server.parents()).toEqual([agent.assignment().flowRunId, '']);
});

test('any other error is not tried again', async () => {
  await using server = await playedServer(() => bad('parameters'));
  await using agent = await runInEngine(server.url);
  expect(agent.states.at(-1)).toMatchObject({ type: 'FAILED', message: expect.stringContaining('parameters: is bad') });
  expect(server.requests).toHaveLength(1);
});

test('a flow finds the server that it has its run from', async () => {
  await using server = await playedServer();
  const { url } = server;
  const assignment = { urls: { deployments: url, orchestrator: url, scheduler: url } };
  const file = `import { flow, runDeployment } from 'millrace';
export const f = flow('f', async () => (await runDeployment('f/d', { wait: false })).id);`;
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': file }, assignment });
  await agent.exited;
  expect(dataOf(agent.states.at(-1))).toBe('made');
});

test('elsewhere there is no parent, nor in a flow that no server knows', async () => {
  await using server = await playedServer();
  using client = new MillraceClient({ urls: server.url });
  const run = () => runDeployment('f/d', { client, wait: false });
  await run();
  await withoutServer(() => flow('called', run)());
  expect(server.parents()).toEqual(['', '']);
});

test('what is asked for arrives, and what is refused is thrown', async () => {
  await using server = await playedServer(({ tags }) => (tags.length > 0 ? undefined : bad('tags[0]')));
  using client = new MillraceClient({ urls: server.url });
  const options = { client, wait: false, parameters: { at: new Date(0), gone: undefined }, flowRunName: 'mine' };
  await runDeployment('f/d', { ...options, tags: ['t'], idempotencyKey: 'k', scheduledTime: new Date(-1) });
  expect(server.requests[0]).toMatchObject({
    key: { case: 'name', value: 'f/d' },
    parameters: { at: '1970-01-01T00:00:00.000Z' },
    tags: ['t'],
    flowRunName: 'mine',
    idempotencyKey: 'k',
    scheduledTime: { seconds: -1n, nanos: 999_000_000 },
  });
  await expect(runDeployment('f/d', options)).rejects.toMatchObject({ code: Code.InvalidArgument });
});
