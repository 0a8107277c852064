import { Title } from '@mantine/core';
import { FlowRunTable } from '../features/flow-runs/flow-run-table.tsx';
import { useFlowRunList } from '../features/flow-runs/use-flow-run-list.ts';
import { NoWorkQueue } from '../features/work-queues/no-work-queue.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { More } from '../ui/more.tsx';
import { useTitle } from '../ui/title.ts';

export function RunsPage() {
  useTitle('Runs');
  return (
    <>
      <Title order={1} size="h2" my="sm">
        Runs
      </Title>
      <NoWorkQueue />
      <RunList />
    </>
  );
}

function RunList() {
  const list = useFlowRunList();
  if (list.isPending) return <Loading what="runs" />;
  if (!list.data) return <Failure what="The runs" error={list.error} onRetry={() => void list.refetch()} />;
  const runs = list.data.pages.flatMap((page) => page.flowRuns);
  if (runs.length === 0)
    return (
      <EmptyState title="Nothing has run yet">
        Start one with a <AnchorLink to="/deployments">deployment’s</AnchorLink> Quick Run; it appears here at once.
      </EmptyState>
    );
  return (
    <>
      <FlowRunTable runs={runs} />
      <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </>
  );
}
