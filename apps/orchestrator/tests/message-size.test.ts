import { toBinary } from '@bufbuild/protobuf';
import {
  ListFlowRunStatesResponseSchema,
  ListFlowRunsResponseSchema,
} from '@millrace/contracts/millrace/v1/flow_run_service_pb';
import type { State } from '@millrace/contracts/millrace/v1/state_pb';
import { type WatchResponse, WatchResponseSchema } from '@millrace/contracts/millrace/v1/watch_service_pb';
import { Code } from '@millrace/rpc/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Setup, setup } from './setup.ts';
import { watched } from './watched.ts';

// What a gRPC client takes unless it is told otherwise.
const mostBytes = 4 * 1024 ** 2;

let app: Setup;

beforeEach(async () => {
  app = await setup();
});
afterEach(() => app[Symbol.asyncDispose]());

// The limit of parameters is 512 KiB of JSON.
const large = { text: 'x'.repeat(500 * 1024) };

function sizeOf(event: WatchResponse): number {
  return toBinary(WatchResponseSchema, event).byteLength;
}

test('runs with large parameters come in several events, and the cursor with the last', async () => {
  const count = 20;
  const made = new Set(await insert(count));
  await using first = watched(app.watching, { subject: { case: 'flowRuns', value: {} } });
  const seen: string[] = [];
  const resets: boolean[] = [];
  const cursors: string[] = [];
  while (seen.length < count) {
    const event = await first.next();
    expect(sizeOf(event)).toBeLessThan(mostBytes);
    if (event.event.case !== 'flowRuns') throw new Error(`got ${event.event.case}`);
    seen.push(...event.event.value.flowRuns.map(({ id }) => id));
    resets.push(event.event.value.reset);
    cursors.push(event.cursor);
  }
  expect(new Set(seen)).toEqual(made);
  expect(resets).toEqual([true, ...resets.slice(1).map(() => false)]);
  expect(resets.length).toBeGreaterThan(2);
  // Who is interrupted before the end begins anew.
  expect(cursors.slice(0, -1)).toEqual(cursors.slice(1).map(() => ''));
  expect(cursors.at(-1)).toMatch(/^r\d+$/);
  app.signals.publish([...made].map((id) => ({ kind: 'flow-run', id })));
  const again = new Set<string>();
  while (again.size < count) {
    const event = await first.next();
    expect(sizeOf(event)).toBeLessThan(mostBytes);
    if (event.event.case === 'flowRuns') for (const { id } of event.event.value.flowRuns) again.add(id);
  }
  expect(again).toEqual(made);
});

test('pages of runs with large parameters are shorter', async () => {
  const made = new Set(await insert(15));
  const seen: string[] = [];
  let pageToken = '';
  let pages = 0;
  do {
    const page = await app.runs.listFlowRuns({ pageSize: 200, pageToken });
    expect(toBinary(ListFlowRunsResponseSchema, page).byteLength).toBeLessThan(mostBytes);
    seen.push(...page.flowRuns.map(({ id }) => id));
    pageToken = page.nextPageToken;
    pages += 1;
  } while (pageToken);
  expect(seen).toHaveLength(15);
  expect(new Set(seen)).toEqual(made);
  expect(pages).toBeGreaterThan(2);
});

async function insert(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made++) ids.push(await app.newRun({ parameters: large }));
  return ids;
}

/** A run whose history, with 60 KiB of data in each state, is larger than two messages. */
async function runWithHistory(): Promise<{ id: string; states: number }> {
  const id = await app.newRun({ parameters: large });
  const states = 150;
  const fill = `insert into millrace.flow_run_state
      (flow_run_id, ordinal, received, id, type, name, message, "timestamp", data_encoding, data_blob, actor, epoch,
       answer_status, answer_reason)
    select '${id}', n, now(), gen_random_uuid(), 'RUNNING', 'n' || n, '', now(), 'json',
      convert_to(repeat('x', 61440), 'UTF8'), 'test', 1, 'ACCEPT', ''
    from generate_series(2, ${states}) n`;
  await app.db.database.run({ name: 'fill', text: fill }, []);
  await app.db.database.kysely.updateTable('flow_run').set({ state_count: states }).where('id', '=', id).execute();
  return { id, states };
}

const expectedNames = (states: number) =>
  Array.from({ length: states }, (_, index) => (index === 0 ? 'Scheduled' : `n${index + 1}`));

test('a long history is told in several events, each with a cursor to go on from', async () => {
  const { id, states } = await runWithHistory();
  const names: string[] = [];
  let cursor = '';
  let streams = 0;
  for (; names.length < states; streams++) {
    await using events = watched(app.watching, { subject: { case: 'flowRunId', value: id }, cursor });
    const event = await events.next();
    expect(sizeOf(event)).toBeLessThan(mostBytes);
    if (event.event.case !== 'flowRun') throw new Error(`got ${event.event.case}`);
    expect(event.event.value.flowRun?.id).toBe(id);
    names.push(...event.event.value.states.map(({ name }) => name));
    cursor = event.cursor;
  }
  expect(streams).toBeGreaterThan(2);
  expect(names).toEqual(expectedNames(states));
});

test('a long history is listed in pages', async () => {
  const { id, states } = await runWithHistory();
  const listed: State[] = [];
  let pages = 0;
  for (let pageToken = ''; pages === 0 || pageToken; pages++) {
    const page = await app.runs.listFlowRunStates({ flowRunId: id, pageToken });
    expect(toBinary(ListFlowRunStatesResponseSchema, page).byteLength).toBeLessThan(mostBytes);
    listed.push(...page.states);
    pageToken = page.nextPageToken;
  }
  expect(pages).toBeGreaterThan(2);
  expect(listed.map(({ name }) => name)).toEqual(expectedNames(states));
  await expect(app.runs.listFlowRunStates({ flowRunId: id, pageToken: 'x' })).rejects.toMatchObject({
    code: Code.InvalidArgument,
    violations: [{ field: 'page_token' }],
  });
});
