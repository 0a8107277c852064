import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { type FlowRun, FlowRunSchema } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';
import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FlowRunNewsKeeper } from './flow-run-news.ts';
import type { FlowRunPage, FlowRunPages } from './flow-run-pages.ts';

const { RUNNING, COMPLETED } = StateType;
const before = 1_000_000;
const pageSize = 2;
const queryKey = ['runs'];

function run(at: number, type: StateType): FlowRun {
  const time = timestampFromMs(at);
  const state = { type, timestamp: time, details: { scheduledTime: time } };
  return create(FlowRunSchema, { id: `run ${at}`, state, expectedStartTime: time });
}

function news(at: number, type: StateType, { reset = false } = {}) {
  return { flowRuns: [run(at, type)], leftIds: [], reset };
}

/** A list that is shown, and whose readings wait for an answer. */
function setup() {
  const queryClient = new QueryClient();
  const readings: ((flowRuns: readonly FlowRun[]) => void)[] = [];
  const keeper = new FlowRunNewsKeeper(queryClient, queryKey, pageSize);
  const list = new InfiniteQueryObserver<FlowRunPage>(queryClient, {
    queryKey,
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }: FlowRunPage) => nextPageToken,
    queryFn: () =>
      new Promise<FlowRunPage>((resolve) =>
        readings.push((flowRuns) => resolve({ flowRuns, nextPageToken: 'more', before })),
      ),
    structuralSharing: false,
  });
  onTestFinished(list.subscribe(({ fetchStatus }) => fetchStatus === 'idle' && keeper.settle(before)));
  onTestFinished(() => queryClient.clear());
  const shown = () =>
    queryClient
      .getQueryData<FlowRunPages<string>>(queryKey)
      ?.pages.flatMap(({ flowRuns }) =>
        flowRuns.map(({ id, state }) => `${id} ${state?.type === COMPLETED ? 'completed' : 'running'}`),
      );
  const answered = async (flowRuns: readonly FlowRun[]) => {
    await vi.waitFor(() => expect(readings.length).toBeGreaterThan(0));
    readings.shift()?.(flowRuns);
    await vi.waitFor(() => expect(queryClient.isFetching()).toBe(readings.length));
  };
  return { keeper, list, shown, answered, readings };
}

test('news that come while a page is read outlive its answer', async () => {
  const { keeper, list, shown, answered } = setup();
  keeper.take([news(1, COMPLETED)], before);
  await answered([run(1, RUNNING)]);
  await vi.waitFor(() => expect(shown()).toEqual(['run 1 completed']));
  const nextPage = list.fetchNextPage();
  keeper.take([news(2, RUNNING)], before);
  keeper.take([news(2, COMPLETED)], before);
  await answered([run(0, COMPLETED)]);
  await nextPage;
  await vi.waitFor(() => expect(shown()).toEqual(['run 2 completed', 'run 1 completed', 'run 0 completed']));
});

test('after a reset the list is read again, and what came with it is put in', async () => {
  const { keeper, shown, answered } = setup();
  keeper.take([news(1, RUNNING), news(3, COMPLETED, { reset: true })], before);
  await answered([run(1, RUNNING)]);
  await answered([run(2, COMPLETED)]);
  await vi.waitFor(() => expect(shown()).toEqual(['run 3 completed', 'run 2 completed']));
});

test('a list that grew for days is cut, and read again', async () => {
  const { keeper, shown, answered, readings } = setup();
  await answered([run(1, RUNNING)]);
  const many = Array.from({ length: 1_002 }, (_, at) => news(at + 2, COMPLETED));
  keeper.take(many.slice(0, 1_001), before);
  expect(shown()?.length).toBe(1_002);
  expect(readings.length).toBe(0);
  keeper.take(many, before);
  expect(shown()).toEqual(['run 1003 completed', 'run 1002 completed']);
  await answered([run(1_003, COMPLETED)]);
  await vi.waitFor(() => expect(shown()).toEqual(['run 1003 completed']));
});
