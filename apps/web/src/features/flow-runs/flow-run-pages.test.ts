import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareFlowRuns, type FlowRunPages, mergeFlowRuns } from './flow-run-pages.ts';

const now = 1_000;

/** A run that is, or was, meant to start at that second; once ended, `at` is when that was. */
function run(id: string, at: number, { type = StateType.COMPLETED as StateType, autoScheduled = false } = {}): FlowRun {
  const time = timestampFromMs(at * 1000);
  const state = { type, timestamp: time, details: { scheduledTime: time } };
  return create(FlowRunSchema, { id, state, expectedStartTime: time, autoScheduled });
}

function awaitingRetry(id: string, expectedAt: number, retryAt: number): FlowRun {
  const waiting = run(id, retryAt, { type: StateType.SCHEDULED });
  return { ...waiting, expectedStartTime: timestampFromMs(expectedAt * 1000) };
}

function pagesOf(...pages: readonly (readonly FlowRun[])[]): FlowRunPages<number> {
  const listed = pages.map((flowRuns, at) => ({ flowRuns, nextPageToken: `after ${at}`, before: now }));
  return { pages: listed, pageParams: pages.map((_, at) => at) };
}

function ids({ pages }: FlowRunPages<number>): string[] {
  return pages.flatMap(({ flowRuns }) => flowRuns.map(({ id }) => id));
}

function change(flowRuns: readonly FlowRun[], leftIds: readonly string[] = []) {
  return { flowRuns, leftIds };
}

const three = pagesOf([run('c', 3), run('b', 2)], [run('a', 1)]);

test('a new run comes first; the places where pages go on stay', () => {
  const merged = mergeFlowRuns(three, [change([run('d', 4)])], now * 1000);
  expect(ids(merged)).toEqual(['d', 'c', 'b', 'a']);
  expect(merged.pages.map((page) => page.nextPageToken)).toEqual(['after 0', 'after 1']);
  expect(merged.pageParams).toEqual([0, 1]);
});

test('a run that ends moves to where its end belongs, and is there once', () => {
  expect(ids(mergeFlowRuns(three, [change([run('a', 9)])], now * 1000))).toEqual(['a', 'c', 'b']);
});

test('the last of several changes counts', () => {
  const changes = [
    change([run('d', 4, { type: StateType.PENDING })]),
    change([run('d', 4, { type: StateType.RUNNING })]),
  ];
  const merged = mergeFlowRuns(three, changes, now * 1000);
  expect(merged.pages[0]?.flowRuns[0]?.state?.type).toBe(StateType.RUNNING);
});

test('runs that left are gone, and may come back', () => {
  expect(ids(mergeFlowRuns(three, [change([], ['b', 'unknown'])], now * 1000))).toEqual(['c', 'a']);
  expect(ids(mergeFlowRuns(three, [change([], ['b']), change([run('b', 2)])], now * 1000))).toEqual(['c', 'b', 'a']);
});

test.for([
  ['beyond the pages that were read', 'after 0', []],
  ['at the end of a list that was read whole', '', ['0']],
] as const)('an old run that changes %s', ([_, nextPageToken, added]) => {
  const list = { pages: [{ flowRuns: [run('a', 1)], nextPageToken, before: now }], pageParams: [0] };
  expect(ids(mergeFlowRuns(list, [change([run('0', 0)])], now * 1000))).toEqual(['a', ...added]);
});

test.for([
  ['what a schedule made for later', run('x', now + 1, { type: StateType.SCHEDULED, autoScheduled: true }), false],
  ['what a schedule made and is due', run('x', now - 1, { type: StateType.SCHEDULED, autoScheduled: true }), true],
  ['what somebody made for later', run('x', now + 1, { type: StateType.SCHEDULED }), false],
  ['what waits to be tried again', awaitingRetry('x', now - 1, now + 1), true],
  ["a schedule's run that is being begun", run('x', now + 1, { type: StateType.PENDING, autoScheduled: true }), true],
] as const)('%s', ([_, flowRun, isShown]) => {
  expect(ids(mergeFlowRuns(pagesOf([]), [change([flowRun])], now * 1000)).includes('x')).toBe(isShown);
});

test('whatever comes in whatever pieces: each run once, as it was told last, in order', () => {
  const told = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e'), at: fc.nat(9), leaves: fc.boolean() });
  fc.assert(
    fc.property(fc.array(told), fc.nat(20), (events, cut) => {
      const changes = events.map(({ id, at, leaves }) => (leaves ? change([], [id]) : change([run(id, at)])));
      const list = { pages: [{ flowRuns: [], nextPageToken: '', before: now }], pageParams: [0] };
      const first = mergeFlowRuns(list, changes.slice(0, cut), now * 1000);
      const { pages } = mergeFlowRuns(first, changes.slice(cut), now * 1000);
      const expected = new Map<string, FlowRun>();
      for (const { id, at, leaves } of events) leaves ? expected.delete(id) : expected.set(id, run(id, at));
      expect(pages[0]?.flowRuns).toEqual([...expected.values()].sort(compareFlowRuns));
    }),
  );
});
