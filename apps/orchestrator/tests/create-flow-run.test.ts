import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { TransitionStatus } from '@millrace/contracts/millrace/v1/transition_service_pb';
import { Code } from '@millrace/rpc/errors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Setup, setup } from './setup.ts';

let app: Setup;
beforeAll(async () => {
  app = await setup();
});
afterAll(() => app[Symbol.asyncDispose]());

const id = '019b0000-0000-7000-8000-00000000000a';
const holderId = '019b0000-0000-4000-8000-00000000000b';

test('a called flow has a run that its process holds, and no queue offers', async () => {
  const request = { id, flowName: 'called', holderId, parameters: { a: [1, 'b'] }, tags: ['x', 'x'] };
  const { flowRun, created } = await app.runs.createFlowRun(request);
  expect(created).toBe(true);
  expect(flowRun).toMatchObject({
    id,
    flowName: 'called',
    parameters: request.parameters,
    tags: ['x'],
    leaseEpoch: 1,
    state: { type: StateType.PENDING },
  });
  expect(flowRun?.deploymentId).toBeUndefined();
  const entries = await app.db.database.kysely.selectFrom('queue_entry').selectAll().execute();
  expect(entries.filter((entry) => entry.flow_run_id === id)).toEqual([]);

  // A reply that was lost: the same run again.
  const again = await app.runs.createFlowRun(request);
  expect(again).toMatchObject({ created: false, flowRun: { id, leaseEpoch: 1 } });

  const item = (type: StateType, requestId: string) => ({ flowRunId: id, requestId, epoch: 1, state: { type } });
  const { answers } = await app.transitions.applyTransitions({
    items: [
      item(StateType.RUNNING, '019b0000-0000-4000-8000-000000000001'),
      item(StateType.COMPLETED, '019b0000-0000-4000-8000-000000000002'),
    ],
  });
  expect(answers.map(({ status }) => status)).toEqual([TransitionStatus.ACCEPT, TransitionStatus.ACCEPT]);
  const { states } = await app.runs.listFlowRunStates({ flowRunId: id });
  expect(states.map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
});

test('a run that begins at once is RUNNING when the call returns, and ends as any other', async () => {
  const request = {
    ...{ id: '019b0000-0000-7000-8000-00000000000c', flowName: 'called', holderId },
    beginsIn: { pid: 4711, host: 'here' },
  };
  const { flowRun } = await app.runs.createFlowRun(request);
  expect(flowRun).toMatchObject({
    ...{ leaseEpoch: 1, runCount: 1, infrastructure: { pid: 4711, host: 'here' } },
    state: { type: StateType.RUNNING, name: 'Running' },
  });
  expect(flowRun?.startTime).toEqual(flowRun?.state?.timestamp);
  expect(await app.runs.createFlowRun(request)).toMatchObject({ created: false, flowRun: { runCount: 1 } });
  const requestId = '019b0000-0000-4000-8000-000000000003';
  const ended = { flowRunId: request.id, requestId, epoch: 1, state: { type: StateType.COMPLETED } };
  const { answers } = await app.transitions.applyTransitions({ items: [ended] });
  expect(answers).toMatchObject([{ status: TransitionStatus.ACCEPT }]);
  const { states } = await app.runs.listFlowRunStates({ flowRunId: request.id });
  expect(states.map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running', 'Completed']);
});

test('the same call at the same time makes one run, and both get it', async () => {
  const ids = Array.from({ length: 20 }, (_, i) => `019b0000-0000-7000-8000-0000000001${String(i).padStart(2, '0')}`);
  const calls = ids
    .flatMap((each) => [each, each])
    .map(async (each) => {
      const request = { id: each, flowName: 'called', holderId, beginsIn: { pid: 1 } };
      return (await app.runs.createFlowRun(request)).created;
    });
  const made = await Promise.all(calls);
  expect(made.filter((isNew) => isNew)).toHaveLength(ids.length);
  for (const each of ids) {
    const { states } = await app.runs.listFlowRunStates({ flowRunId: each });
    expect(states.map(({ name }) => name)).toEqual(['Scheduled', 'Pending', 'Running']);
  }
});

test('a called flow’s run names the run that made it', async () => {
  const parentFlowRunId = await app.newRun();
  const request = { id: '019b0000-0000-7000-8000-00000000000d', flowName: 'called', holderId, parentFlowRunId };
  const { flowRun } = await app.runs.createFlowRun(request);
  expect(flowRun).toMatchObject({ id: request.id, parentFlowRunId });
  expect((await app.runs.getFlowRun({ id: request.id })).flowRun).toMatchObject({ parentFlowRunId });
  expect((await app.runs.getFlowRun({ id: parentFlowRunId })).flowRun).toMatchObject({ parentFlowRunId: '' });
});

test.each([
  ['no run has', '019b0000-0000-7000-8000-00000000000e'],
  ['is none', 'x'],
])('a parent whose id %s is refused, and no run is made', async (_name, parentFlowRunId) => {
  // Nor is a run its own parent.
  const id = '019b0000-0000-7000-8000-00000000000e';
  const call = app.runs.createFlowRun({ id, flowName: 'called', holderId, parentFlowRunId });
  await expect(call).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field: 'parent_flow_run_id' }],
  });
  await expect(app.runs.getFlowRun({ id })).rejects.toMatchObject({ code: Code.NotFound });
});

test.each<[string, object, Code]>([
  ['another flow under an id that is there', { id, flowName: 'other' }, Code.AlreadyExists],
  ['a bad name', { flowName: 'a/b' }, Code.InvalidArgument],
  ['no flow', { flowName: '' }, Code.InvalidArgument],
  ['no holder', { holderId: '' }, Code.InvalidArgument],
  ['an id that is none', { id: 'x' }, Code.InvalidArgument],
  ['large parameters', { parameters: { a: 'x'.repeat(600_000) } }, Code.InvalidArgument],
])('%s is refused', async (_name, change, code) => {
  const request = { id: '019b0000-0000-7000-8000-00000000000c', flowName: 'called', holderId, ...change };
  if ((change as { id?: string }).id === id) await app.runs.createFlowRun({ id, flowName: 'called', holderId });
  await expect(app.runs.createFlowRun(request)).rejects.toMatchObject({ code });
});
