import type { WorkQueue } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLive } from '../../live/use-live.ts';

const queryKey = ['work-queues'];

/**
 * Keeps the work queues in the cache up to date. Followed on every page: that is also how each of them learns that the
 * server is away, and that it is back.
 */
export function useFollowWorkQueues(): void {
  const queryClient = useQueryClient();
  useLive('work-queues', { type: 'work-queues' }, (events) => {
    const last = events.findLast(({ event }) => event.type === 'work-queues')?.event;
    if (last?.type === 'work-queues') queryClient.setQueryData(queryKey, last.workQueues);
  });
}

/** All work queues; undefined while they are not known. */
export function useWorkQueues(): readonly WorkQueue[] | undefined {
  return useQuery<readonly WorkQueue[]>({ queryKey, queryFn: skipToken, structuralSharing: false }).data;
}
