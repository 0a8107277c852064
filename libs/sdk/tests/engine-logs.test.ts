import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { expect, test } from 'vitest';
import { dataOf, flowFile, PlayedAgent } from './played-agent.ts';
import { PlayedOrchestrator } from './played-orchestrator.ts';

test('20,000 lines in a tight loop: none is lost, in order, in few batches', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('for (let i = 0; i < 20_000; i++) console.log("line", i);') },
  });
  expect(await agent.exited).toEqual({ code: 0, signal: null });
  expect(agent.lines).toEqual(Array.from({ length: 20_000 }, (_, i) => `line ${i}`));
  expect(agent.records.map(({ sequence }) => sequence)).toEqual(agent.lines.map((_, i) => i + 1));
  expect(agent.batches.map(({ batchId }) => batchId)).toEqual(agent.batches.map((_, i) => i + 1));
  expect(agent.batches.length).toBeLessThan(10);
  expect(agent.states.at(-1)?.type).toBe('COMPLETED');
});

test('levels, formats and loggers', async () => {
  const body = `
    console.log('a %s %d', 'b', 1, { c: [2] }); console.info('info'); console.debug('debug'); console.warn('warn');
    console.error('error'); console.table([{ x: 1 }]); console.dir({ d: 1 });
    const log = getRunLogger();
    log.trace('t'); log.debug('d'); log.info('hello %s', 'you'); log.warn('w'); log.error('100%'); log.fatal('f');
    (await import('node:console')).log('imported');`;
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': flowFile(body) } });
  await agent.exited;
  expect(agent.records.map(({ level, logger, message }) => [level, logger, message])).toEqual([
    [30, 'console', 'a b 1 { c: [ 2 ] }'],
    [30, 'console', 'info'],
    [20, 'console', 'debug'],
    [40, 'console', 'warn'],
    [50, 'console', 'error'],
    [30, 'console', expect.stringContaining('(index)')],
    [30, 'console', '{ d: 1 }'],
    [10, 'flow', 't'],
    [20, 'flow', 'd'],
    [30, 'flow', 'hello you'],
    [40, 'flow', 'w'],
    [50, 'flow', '100%'],
    [60, 'flow', 'f'],
    [30, 'console', 'imported'],
  ]);
});

test('what is printed is still printed, and writes to stdout are not recorded', async () => {
  const agent = PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.error("to stderr"); process.stderr.write("directly\\n");') },
  });
  await using started = await agent;
  expect(await started.stderr).toBe('to stderr\ndirectly\n');
  await started.exited;
  expect(started.lines).toEqual(['to stderr']);
});

test('logPrints: false keeps prints out of the log, and only prints', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': flowFile('console.error("print"); getRunLogger().info("said");', 'logPrints: false') },
  });
  expect(await agent.stderr).toBe('print\n');
  await agent.exited;
  expect(agent.records.map(({ message }) => message)).toEqual(['said']);
});

test('a flow called at the top level of its file is skipped, with a warning', async () => {
  await using agent = await PlayedAgent.start({
    files: { 'flow.ts': `${flowFile('console.log("once"); return 1;')}\nawait f();` },
  });
  await agent.exited;
  expect(agent.lines).toEqual(['once']);
  expect(agent.records[0]).toMatchObject({ level: 40, logger: 'engine' });
  expect(agent.states.at(-1)?.type).toBe('COMPLETED');
});

test('a flow called in a flow has a run of its own, with its own lines', async () => {
  const file = `${flowFile('console.log("f"); const of = await g({ x: 1 }); console.log("f again"); return of;')}
export const g = flow('g', async ({ x }: { x: number }) => {
  console.log('g', x);
  getRunLogger().info('logged');
  return getRunContext().run.id;
});`;
  await using orchestrator = await PlayedOrchestrator.start();
  const { url } = orchestrator;
  const urls = { deployments: url, orchestrator: url, scheduler: url };
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': file }, assignment: { urls } });
  await agent.exited;
  const [created] = orchestrator.created;
  expect(created).toMatchObject({
    flowName: 'g',
    parameters: { x: 1 },
    parentFlowRunId: agent.assignment().flowRunId,
  });
  expect(dataOf(agent.states.at(-1))).toBe(created?.id);
  expect(agent.records.map(({ message }) => message)).toEqual(['f', 'f again']);
  expect(orchestrator.lines).toEqual(['g 1', 'logged']);
  const { RUNNING, COMPLETED } = StateType;
  expect(orchestrator.transitions.map(({ state }) => state?.type)).toEqual([RUNNING, COMPLETED]);
  // It is seen to run, and is read by whoever reads the prints of the process.
  expect(await agent.stdout).toBe('f\ng 1\nf again\n');
});

test('a flow that says so keeps its prints out of every log', async () => {
  const file = `${flowFile('console.log("f"); await quiet();')}
export const quiet = flow({ name: 'quiet', logPrints: false }, async () => console.log('nowhere'));`;
  await using orchestrator = await PlayedOrchestrator.start();
  const { url } = orchestrator;
  const urls = { deployments: url, orchestrator: url, scheduler: url };
  await using agent = await PlayedAgent.start({ files: { 'flow.ts': file }, assignment: { urls } });
  await agent.exited;
  expect(agent.records.map(({ message }) => message)).toEqual(['f']);
  expect(orchestrator.lines).toEqual([]);
});
