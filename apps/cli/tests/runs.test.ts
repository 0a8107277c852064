import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { newId, systemClock } from '@millrace/clock';
import { DeploymentSchema } from '@millrace/contracts/millrace/v1/deployment_pb';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { WorkQueueSchema } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { startMemoryServer } from './memory-server.ts';
import { runMillrace, startMillrace } from './run-millrace.ts';

let server: Awaited<ReturnType<typeof startMemoryServer>>;
const environment = () => ({ MILLRACE_API_URL: server.url });
const millrace = (...line: string[]) => runMillrace(line, environment());

beforeEach(async () => {
  const started = await startMemoryServer();
  onTestFinished(() => started[Symbol.asyncDispose]());
  server = started;
  const parameterSchema = { type: 'object', properties: { name: { type: 'string' }, fail: { type: 'boolean' } } };
  server.deployments.set(
    'greet/plain',
    create(DeploymentSchema, { id: newId(systemClock), flowName: 'greet', name: 'plain', parameterSchema }),
  );
});

function theRun(): FlowRun {
  const [run] = server.runs.values();
  if (!run) throw new Error('no run was made');
  return run;
}

test('run makes a run with what it was given, and says that no queue serves it', async () => {
  const line = ['-p', 'name=42', '-p', 'fail=true', '--params', '{"other":[1]}', '--tag', 'a', '--tag', 'b'];
  const at = '2030-01-31T09:00:00Z';
  const { exitCode, stdout, stderr } = await millrace('deployment', 'run', 'greet/plain', ...line, '--at', at);
  const { id, parameters, tags, state } = theRun();
  expect(parameters).toEqual({ name: '42', fail: true, other: [1] });
  expect(tags).toEqual(['a', 'b']);
  expect(state?.details?.scheduledTime).toMatchObject({ seconds: BigInt(Date.parse(at) / 1000) });
  expect(stdout.split('\n')).toEqual([
    `Created flow run 'amber-fox-12' (${id}), to start 2030-01-31T09:00:00Z.`,
    'No work queue serves it: it waits until one does. Create one with:',
    '    millrace work-queue create default',
    `View it with: millrace flow-run inspect ${id}`,
    '',
  ]);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
});

test('a parameter that does not fit the schema is a usage error, and no run is made', async () => {
  const { exitCode, stderr } = await millrace('deployment', 'run', 'greet/plain', '-p', 'fail=maybe');
  expect(stderr).toBe('error: -p fail=maybe: boolean is needed\n');
  expect(exitCode).toBe(2);
  expect(server.runs.size).toBe(0);
});

test('run --watch has what the flow says on stdout and its states on stderr, and exits 0 as it COMPLETED', async () => {
  server.queues.set('default', create(WorkQueueSchema, { name: 'default' }));
  const { exitCode, stdout, stderr } = await millrace('deployment', 'run', 'greet/plain', '-p', 'name=Ford', '--watch');
  expect(stdout).toBe('Hello Ford!\n');
  expect(stderr).toMatch(/^Created flow run 'amber-fox-12' \(.*\)\.\nIt is handed out by work queue 'default'\.\n/);
  expect(stderr).toMatch(/Z Scheduled\n.*Z Pending\n.*Z Running\n.*Z Completed\n$/);
  expect(exitCode).toBe(0);
});

test('run --watch --json prints a line per event, and exits 1 as the run FAILED', async () => {
  const { exitCode, stdout } = await millrace(
    'deployment',
    'run',
    'greet/plain',
    '-p',
    'fail=true',
    '--watch',
    '--json',
  );
  const [reply, ...events] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(reply).toMatchObject({ created: true, flowRun: { id: theRun().id, tags: [] }, workQueueNames: [] });
  expect(events.map((event) => event.flowRun?.states[0].type ?? event.logs.records[0].message)).toEqual([
    'STATE_TYPE_SCHEDULED',
    'Hello world!',
    'STATE_TYPE_PENDING',
    'STATE_TYPE_RUNNING',
    'STATE_TYPE_FAILED',
  ]);
  expect(exitCode).toBe(1);
});

test('Ctrl-C while watching ends quietly with 130', async () => {
  const { child, outcome } = startMillrace(
    ['deployment', 'run', 'greet/plain', '--params', '{"stay":true}', '--watch'],
    environment(),
  );
  child.stdout.once('data', () => child.kill('SIGINT'));
  const { exitCode, stderr } = await outcome;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/Z Scheduled\n$/);
});

test('logs prints the records, as JSON a document, and followed to the end of the run', async () => {
  await millrace('deployment', 'run', 'greet/plain');
  const { id } = theRun();
  expect((await millrace('flow-run', 'logs', id)).stdout).toBe('2026-01-31T09:00:00Z INFO  Hello world!\n');
  expect((await millrace('flow-run', 'logs', id, '--follow')).stdout).toBe('2026-01-31T09:00:00Z INFO  Hello world!\n');
  expect(JSON.parse((await millrace('flow-run', 'logs', id, '--json')).stdout)).toMatchObject({
    logs: [{ level: 30, message: 'Hello world!', sequence: '0' }],
    nextPageToken: '',
  });
});

test('inspect shows the run and its history', async () => {
  await millrace('deployment', 'run', 'greet/plain', '-p', 'fail=true');
  const { stdout } = await millrace('flow-run', 'inspect', theRun().id);
  expect(stdout).toMatch(/^Name: +amber-fox-12\n/);
  expect(stdout).toMatch(
    /\n\nSTATE +WHEN +BY +MESSAGE\nScheduled .*\nPending .*\nRunning .*\nFailed .* Error: asked to\n$/,
  );
});

test('inspect names the run that made it, where one did', async () => {
  await millrace('deployment', 'run', 'greet/plain');
  const run = theRun();
  const byHand = await millrace('flow-run', 'inspect', run.id);
  expect(byHand.stdout).not.toMatch(/^Parent:/m);
  expect(byHand.stdout).toMatch(/^Made by: +hand$/m);
  run.parentFlowRunId = newId(systemClock);
  const { stdout } = await millrace('flow-run', 'inspect', run.id);
  expect(stdout).toMatch(new RegExp(`^Parent: +${run.parentFlowRunId}$`, 'm'));
  expect(stdout).toMatch(/^Made by: +another run$/m);
});

test('ls shows what is and was where runs of the future would fill it', async () => {
  const add = (startMs: number) => {
    const id = newId(systemClock);
    const expectedStartTime = timestampFromMs(startMs);
    server.runs.set(id, create(FlowRunSchema, { id, expectedStartTime, state: { name: 'Scheduled', type: 1 } }));
    return id;
  };
  const far = [1, 2, 3].map((days) => add(systemClock.now() + days * 86_400_000));
  const past = add(systemClock.now() - 1000);
  const idsOf = async (...line: string[]) => {
    const { flowRuns } = JSON.parse((await millrace('flow-run', 'ls', ...line, '--json')).stdout);
    return flowRuns.map(({ id }: { id: string }) => id);
  };
  expect(await idsOf('--limit', '2')).toEqual([past]);
  expect(await idsOf('--limit', '2', '--state', 'scheduled')).toEqual(far.slice(0, 2));
  expect(await idsOf()).toEqual([...far, past]);
});
