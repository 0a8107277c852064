import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { newId, systemClock } from '@millrace/clock';
import { AgentSchema } from '@millrace/contracts/millrace/v1/agent_pb';
import { DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace } from './run-millrace.ts';

test('queues are created with their conditions and listed with them', async () => {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const millrace = (...line: string[]) => runMillrace(line, { MILLRACE_API_URL: server.url });
  const id = newId(systemClock);
  server.deployments.set('greet/plain', create(DeploymentSchema, { id, flowName: 'greet', name: 'plain' }));

  const conditions = ['--tag', 'gpu', '--tag', 'eu', '--deployment', 'greet/plain', '--flow-runner', 'docker'];
  const made = await millrace('work-queue', 'create', 'big jobs', ...conditions, '--limit', '0');
  expect(made.stdout).toMatch(/^Created work queue 'big jobs' \(.*\)\.\n.*\n {4}millrace agent start 'big jobs'\n$/);
  expect(server.queues.get('big jobs')).toMatchObject({
    concurrencyLimit: 0,
    filter: { tags: ['gpu', 'eu'], deploymentIds: [id], flowRunnerTypes: ['docker'] },
  });

  expect(await millrace('work-queue', 'create', 'big jobs')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'error: there is already a work queue "big jobs"\nSee which there are: millrace work-queue ls\n',
  });
  const { stdout } = await millrace('work-queue', 'ls');
  expect(stdout).toContain(`big jobs  tags gpu, eu; deployments ${id}; runners docker  0      -`);
  expect(JSON.parse((await millrace('work-queue', 'ls', '--json')).stdout)).toMatchObject({
    workQueues: [{ name: 'big jobs', isPaused: false, description: '' }],
    nextPageToken: '',
  });
});

test('agents are listed, with what they serve and whether they are connected', async () => {
  const server = await startMemoryServer();
  onTestFinished(() => server[Symbol.asyncDispose]());
  const millrace = (...line: string[]) => runMillrace(line, { MILLRACE_API_URL: server.url });
  expect(await millrace('agent', 'ls')).toMatchObject({
    exitCode: 0,
    stderr: 'No agents. Start one: millrace agent start default\n',
  });
  const id = newId(systemClock);
  const lastSeen = timestampFromMs(Date.UTC(2026, 0, 31, 9));
  const agent = { name: 'host', workQueueNames: ['q', 'r'], slots: 4, flowRunnerTypes: ['subprocess'], lastSeen };
  server.agents.push(create(AgentSchema, { ...agent, id, connected: true }), create(AgentSchema, { ...agent, id }));
  const { stdout } = await millrace('agent', 'ls');
  expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
    'NAME | CONNECTED | QUEUES | SLOTS | RUNNERS | LAST SEEN | ID',
    `host | yes | q, r | 4 | subprocess | 2026-01-31T09:00:00Z | ${id}`,
    `host | - | q, r | 4 | subprocess | 2026-01-31T09:00:00Z | ${id}`,
    '',
  ]);
  expect(JSON.parse((await millrace('agent', 'ls', '--json')).stdout)).toMatchObject({
    agents: [{ id, connected: true, slots: 4 }, { connected: false }],
  });
});
