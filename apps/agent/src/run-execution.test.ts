import { systemClock } from '@millrace/clock';
import { type FlowRunner, flowRunnerRegistry, type ProcessEnd, type RunProcess } from '@millrace/runners';
import { silentLogger } from '@millrace/telemetry';
import { expect, test } from 'vitest';
import { RunExecution } from './run-execution.ts';
import type { RunOrder } from './run-order.ts';

const order: RunOrder = {
  flowRunId: '01900000-0000-7000-8000-000000000001',
  epoch: 1,
  runnerType: 'slow',
  runnerConfig: {},
  flowData: undefined,
  assignment: {
    flowRunId: '01900000-0000-7000-8000-000000000001',
    flowRunName: 'calm-mill-1',
    epoch: 1,
    flowName: 'f',
    deploymentId: undefined,
    deploymentName: undefined,
    tags: [],
    parameters: {},
    runCount: 0,
    scheduledTime: 0,
  },
};

/** Its runner takes as long as the test wants, and takes no notice of being called off. */
function setup() {
  const asked = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<ProcessEnd>();
  const proposed: (string | undefined)[] = [];
  const running: RunProcess = {
    pid: 1,
    exited: exited.promise,
    send() {},
    leave() {},
    async stop() {
      exited.resolve({ exitCode: undefined, signal: 'SIGTERM', lastLines: [] });
    },
  };
  const runner: FlowRunner = {
    type: 'slow',
    async start(): Promise<RunProcess> {
      asked.resolve();
      await started.promise;
      return running;
    },
  };
  const execution = new RunExecution(order, () => {}, {
    runners: flowRunnerRegistry([runner]),
    packages: { get: async () => ({ directory: '/nowhere', entry: 'flow.ts', flowName: 'f' }) },
    reporter: {
      async transition({ state }) {
        proposed.push(state?.cause);
        return { answer: { status: 'ACCEPT' } };
      },
      logs: async () => {},
      close() {},
    },
    urls: { deployments: 'http://127.0.0.1:1', orchestrator: 'http://127.0.0.1:1', scheduler: 'http://127.0.0.1:1' },
    clock: systemClock,
    log: silentLogger(),
  });
  return { execution, asked: asked.promise, started, proposed };
}

test.each([
  ['given away', (execution: RunExecution): void => execution.abandon('another has it'), []],
  ['cancelled', (execution: RunExecution): void => void execution.cancel(), ['never-acknowledged']],
  ['left', (execution: RunExecution): void => execution.leave(), ['never-acknowledged']],
] as const)('a run that is %s while it is being started is ended once it has', async (_, end, causes) => {
  const { execution, asked, started, proposed } = setup();
  await asked;
  end(execution);
  started.resolve();
  await execution.done;
  expect(proposed).toEqual(causes);
});
