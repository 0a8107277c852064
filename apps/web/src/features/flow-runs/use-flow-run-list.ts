import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { systemClock } from '@millrace/clock/system';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { WatchedSubject } from 'millrace/watch';
import { useEffect, useState } from 'react';
import { flowRuns } from '../../api.ts';
import { useLive } from '../../live/use-live.ts';
import { FlowRunNewsKeeper } from './flow-run-news.ts';
import type { FlowRunPage } from './flow-run-pages.ts';

interface PageParam {
  readonly token: string;
  /** Of the first page; undefined there. */
  readonly before: number | undefined;
}

const queryKey = ['flow-runs'] as const;
const pageSize = 50;
/** By how much a browser's clock may be behind the server's. */
const toleranceMs = 5_000;
// The list is asked for on its own, as it leaves out what is for later; the stream tells what changes.
const subject: WatchedSubject = { type: 'flow-runs', limit: 1 };

/** The runs that began, ended or are due, newest first, kept up to date. */
export function useFlowRunList() {
  const queryClient = useQueryClient();
  const [news] = useState(() => new FlowRunNewsKeeper(queryClient, queryKey, pageSize));
  useLive('flow-runs', subject, (events) =>
    news.take(
      events.flatMap(({ event }) => (event.type === 'flow-runs' ? [event] : [])),
      newest(),
    ),
  );
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: { token: '', before: undefined } as PageParam,
    getNextPageParam: ({ nextPageToken, before }: FlowRunPage): PageParam | undefined =>
      nextPageToken ? { token: nextPageToken, before } : undefined,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    structuralSharing: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: settles when the list has been read
  useEffect(() => news.settle(newest()), [news, list.fetchStatus]);
  return list;
}

/** The latest start that is news now. */
function newest(): number {
  return systemClock.now() + toleranceMs;
}

async function readPage({ token, before = newest() }: PageParam, signal: AbortSignal) {
  const filter = { expectedStartBefore: timestampFromMs(before) };
  const page = await flowRuns.listFlowRuns({ filter, pageSize, pageToken: token }, { signal });
  return { flowRuns: page.flowRuns, nextPageToken: page.nextPageToken, before } satisfies FlowRunPage;
}
