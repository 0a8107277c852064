import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock/system';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { WatchedSubject } from 'millrace/watch';
import { flowRuns } from '../../api.ts';
import { useLive } from '../../live/use-live.ts';
import { type FlowRunPage, type FlowRunPages, mergeFlowRuns } from './flow-run-pages.ts';

interface PageParam {
  readonly token: string;
  /** Of the first page; undefined there. */
  readonly before: number | undefined;
}

const queryKey = ['flow-runs'] as const;
const pageSize = 50;
/** A tab left open collects runs for days: with this many it begins again with the newest page. */
const mostRuns = 1_000;
/** By how much a browser's clock may be behind the server's. */
const toleranceMs = 5_000;
// The list is asked for on its own, as it leaves out what schedules made for later; the stream tells what changes.
const subject: WatchedSubject = { type: 'flow-runs', limit: 1 };

/** The runs that began, ended or are due, newest first, kept up to date. */
export function useFlowRunList() {
  const queryClient = useQueryClient();
  useLive('flow-runs', subject, (events) => {
    const changes = events.flatMap(({ event }) => (event.type === 'flow-runs' ? [event] : []));
    if (changes.some(({ reset }) => reset)) return void queryClient.invalidateQueries({ queryKey });
    const merged = queryClient.setQueryData<FlowRunPages<PageParam>>(
      queryKey,
      (list) => list && mergeFlowRuns(list, changes, systemClock.now() + toleranceMs),
    );
    if (merged && (merged.pages[0]?.flowRuns.length ?? 0) > mostRuns) void queryClient.resetQueries({ queryKey });
  });
  return useInfiniteQuery({
    queryKey,
    initialPageParam: { token: '', before: undefined } as PageParam,
    getNextPageParam: ({ nextPageToken, before }: FlowRunPage): PageParam | undefined =>
      nextPageToken ? { token: nextPageToken, before } : undefined,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    structuralSharing: false,
  });
}

async function readPage({ token, before = systemClock.now() + toleranceMs }: PageParam, signal: AbortSignal) {
  const filter = { expectedStartBefore: timestampFromMs(before) };
  const page = await flowRuns.listFlowRuns({ filter, pageSize, pageToken: token }, { signal });
  return { flowRuns: page.flowRuns, nextPageToken: page.nextPageToken, before } satisfies FlowRunPage;
}
