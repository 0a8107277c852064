import { virtualClock } from '@millrace/clock/virtual';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { type WatchResponse, WatchService } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { Code } from '@millrace/rpc/errors';
import { openGrpc } from '@millrace/rpc/grpc-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { batch, type Setup, serve, setup } from './setup.ts';

let app: Setup;
const unknown = '019b0000-0000-7000-8000-000000000001';

beforeEach(async () => {
  app = await setup();
});
afterEach(() => app[Symbol.asyncDispose]());

type Subject = { flowRunId: string; logs?: boolean; cursor?: string };

function toSubject({ flowRunId, logs = false, cursor = '' }: Subject) {
  return { subject: { case: logs ? ('logsOfFlowRunId' as const) : ('flowRunId' as const), value: flowRunId }, cursor };
}

/** "Scheduled,Pending" for states, "a b" for records; each with its subject's place. */
function textOf({ subject, event }: WatchResponse): string {
  if (event.case === 'flowRun') return `${subject}: ${event.value.states.map(({ name }) => name).join(',')}`;
  if (event.case === 'logs') return `${subject}: ${event.value.records.map(({ message }) => message).join(' ')}`;
  return 'alive';
}

function watch(subjects: Subject[], client = app.watching): AsyncIterator<WatchResponse> {
  return client.watch({ subjects: subjects.map(toSubject) })[Symbol.asyncIterator]();
}

async function next(events: AsyncIterator<WatchResponse>): Promise<WatchResponse> {
  const { value, done } = await events.next();
  if (done) throw new Error('the stream has ended');
  return value;
}

test('what there is comes first, the records before the states, then what happens, as it happens', async () => {
  const id = await app.newRun();
  const epoch = (await app.claim()).get(id) ?? 0;
  await app.propose(id, epoch, StateType.RUNNING);
  await app.logs.writeLogs({ batches: [batch(id, 1, ['a', 'b'])] });
  const events = watch([{ flowRunId: id }, { flowRunId: id, logs: true }]);
  expect(textOf(await next(events))).toBe('1: a b');
  const states = await next(events);
  expect(textOf(states)).toBe('0: Scheduled,Pending,Running');
  expect(states.event.value).toMatchObject({ flowRun: { id, state: { name: 'Running' } } });
  await app.logs.writeLogs({ batches: [batch(id, 2, ['c', 'd'])] });
  expect(textOf(await next(events))).toBe('1: c d');
  await app.logs.writeLogs({ batches: [batch(id, 3, ['e', 'f'])] });
  await app.propose(id, epoch, StateType.COMPLETED);
  expect(textOf(await next(events))).toBe('1: e f');
  expect(textOf(await next(events))).toBe('0: Completed');
  await events.return?.();
});

test('all states of a quick run are told, several at once', async () => {
  const id = await app.newRun();
  const events = watch([{ flowRunId: id.toUpperCase() }]);
  const seen = [textOf(await next(events))];
  const epoch = (await app.claim()).get(id) ?? 0;
  await app.propose(id, epoch, StateType.RUNNING, StateType.COMPLETED);
  while (!seen.at(-1)?.endsWith('Completed')) seen.push(textOf(await next(events)));
  expect(seen.join(',').replaceAll('0: ', '')).toBe('Scheduled,Pending,Running,Completed');
  await events.return?.();
});

test('over gRPC, and between two orchestrators on one database', async () => {
  // Its clock stands still: without a signal from the first one's connection it would never look again.
  await using other = await serve(app.db.url, virtualClock());
  using grpc = openGrpc(other.server.url);
  const id = await app.newRun();
  const events = watch([{ flowRunId: id, logs: true }, { flowRunId: id }], grpc.client(WatchService));
  expect(textOf(await next(events))).toBe('1: Scheduled');
  await app.logs.writeLogs({ batches: [batch(id, 1, ['from the first'])] });
  expect(textOf(await next(events))).toBe('0: from the first');
  await events.return?.();
});

test('goes on from its cursors: no gap and no record twice, while others write', async () => {
  const id = await app.newRun();
  const batches = 150;
  const write = async () => {
    for (let batchId = 1; batchId <= batches; batchId++)
      await app.logs.writeLogs({ batches: [batch(id, batchId, ['x', 'y', 'z'])] });
  };
  const writing = write();
  const seen: number[] = [];
  let connections = 0;
  for (let cursor = ''; seen.length < batches * 3; connections++) {
    const events = watch([{ flowRunId: id, logs: true, cursor }]);
    // Two events of each stream.
    for (let left = 2; left > 0 && seen.length < batches * 3; left--) {
      const event = await next(events);
      if (event.event.case === 'logs') seen.push(...event.event.value.records.map(({ sequence }) => Number(sequence)));
      cursor = event.cursor;
    }
    await events.return?.();
  }
  await writing;
  expect(connections).toBeGreaterThan(2);
  expect(seen).toEqual(Array.from({ length: batches * 3 }, (_, index) => index + 1));
});

test('a cursor within a chunk, and one of states', async () => {
  const id = await app.newRun();
  const messages = Array.from({ length: 2_500 }, (_, index) => `${index}`);
  await app.logs.writeLogs({ batches: [batch(id, 1, messages)] });
  const events = watch([{ flowRunId: id, logs: true }, { flowRunId: id }]);
  const first = await next(events);
  const rest = watch([{ flowRunId: id, logs: true, cursor: first.cursor }]);
  const texts = [textOf(first), textOf(await next(rest)), textOf(await next(rest))];
  expect(texts.map((text) => text.split(' ').length - 1)).toEqual([1_000, 1_000, 500]);
  expect(texts.flatMap((text) => text.split(' ').slice(1))).toEqual(messages);
  let states = await next(events);
  while (states.event.case !== 'flowRun') states = await next(events);
  const later = watch([{ flowRunId: id, cursor: states.cursor }]);
  const coming = next(later);
  await app.claim();
  expect(textOf(await coming)).toBe('0: Pending');
  for (const stream of [events, rest, later]) await stream.return?.();
});

test('several runs at once, each by its place', async () => {
  const [one = '', other = ''] = await app.newRuns(2);
  const events = watch([{ flowRunId: one }, { flowRunId: other }, { flowRunId: one, logs: true }, { flowRunId: one }]);
  const seen = [textOf(await next(events)), textOf(await next(events)), textOf(await next(events))];
  expect(seen.sort()).toEqual(['0: Scheduled', '1: Scheduled', '3: Scheduled']);
  await app.logs.writeLogs({ batches: [batch(one, 1, ['a']), batch(other, 1, ['unheard'])] });
  expect(textOf(await next(events))).toBe('2: a');
  await events.return?.();
});

test('a reader that does not read holds up nobody, and misses nothing', async () => {
  const id = await app.newRun();
  const size = 12;
  const slow = watch([{ flowRunId: id, logs: true }]);
  const fast = watch([{ flowRunId: id, logs: true }]);
  for (let batchId = 1; batchId <= size; batchId++)
    await app.logs.writeLogs({ batches: [batch(id, batchId, [`${batchId}${'x'.repeat(1_000_000)}`])] });
  const readAll = async (events: AsyncIterator<WatchResponse>, seen = 0) => {
    const sequences: number[] = [];
    while (seen + sequences.length < size) {
      const { event } = await next(events);
      if (event.case === 'logs') sequences.push(...event.value.records.map(({ sequence }) => Number(sequence)));
    }
    await events.return?.();
    return sequences;
  };
  const expected = Array.from({ length: size }, (_, index) => index + 1);
  const { event } = await next(slow);
  const first = event.case === 'logs' ? event.value.records.length : 0;
  expect(await readAll(fast)).toEqual(expected);
  expect(await readAll(slow, first)).toEqual(expected.slice(first));
});

test.for<[string, (id: string) => Subject[], object]>([
  [
    'an unknown run',
    (id) => [{ flowRunId: id }, { flowRunId: unknown }],
    { code: Code.NotFound, reason: 'FLOW_RUN_NOT_FOUND' },
  ],
  ['the log of an unknown run', () => [{ flowRunId: unknown, logs: true }], { code: Code.NotFound }],
  ['no subject', () => [], { code: Code.InvalidArgument }],
  ['seventeen subjects', (id) => Array.from({ length: 17 }, () => ({ flowRunId: id })), { code: Code.InvalidArgument }],
  ...['x', 's', 's-1', 's99', 'l1.0', 's1.5', '1'].map((cursor): [string, (id: string) => Subject[], object] => [
    `the cursor "${cursor}" of states`,
    (id) => [
      { flowRunId: id, logs: true },
      { flowRunId: id, cursor },
    ],
    { code: Code.InvalidArgument, violations: [{ field: 'subjects[1].cursor' }] },
  ]),
  ...['l', 'l0.0', 'l1', 'l2.0', 'l1.1', 's1', 'l-1.0'].map((cursor): [string, (id: string) => Subject[], object] => [
    `the cursor "${cursor}" of an empty log`,
    (id) => [{ flowRunId: id, logs: true, cursor }],
    { code: Code.InvalidArgument, violations: [{ field: 'subjects[0].cursor' }] },
  ]),
])('refuses %s', async ([, subjects, expected]) => {
  const events = watch(subjects(await app.newRun()));
  await expect(events.next()).rejects.toMatchObject(expected);
});

test('when the server stops, watchers are told to go elsewhere', async () => {
  const other = await serve(app.db.url);
  const id = await app.newRun();
  const events = watch([{ flowRunId: id }], other.watching);
  await next(events);
  const ending = expect(next(events)).rejects.toMatchObject({ code: Code.Unavailable });
  await other.server[Symbol.asyncDispose]();
  await ending;
  await other[Symbol.asyncDispose]();
});
