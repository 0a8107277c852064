import { useInfiniteQuery } from '@connectrpc/connect-query';
import { Code, Title } from '@mantine/core';
import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { DeploymentTable } from '../features/deployments/deployment-table.tsx';
import { NoWorkQueue } from '../features/work-queues/no-work-queue.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { Loading } from '../ui/loading.tsx';
import { More } from '../ui/more.tsx';
import { useTitle } from '../ui/title.ts';

export function DeploymentsPage() {
  useTitle('Deployments');
  return (
    <>
      <Title order={1} size="h2" my="sm">
        Deployments
      </Title>
      <NoWorkQueue />
      <DeploymentList />
    </>
  );
}

function DeploymentList() {
  const list = useInfiniteQuery(
    DeploymentService.method.listDeployments,
    { pageToken: '' },
    {
      pageParamKey: 'pageToken',
      getNextPageParam: ({ nextPageToken }) => nextPageToken || undefined,
      // No live news tell of deployments: whoever made one elsewhere sees it on coming back.
      refetchOnWindowFocus: true,
    },
  );
  if (list.isPending) return <Loading what="deployments" />;
  if (!list.data) return <Failure what="The deployments" error={list.error} onRetry={() => void list.refetch()} />;
  const deployments = list.data.pages.flatMap((page) => page.deployments);
  if (deployments.length === 0)
    return (
      <EmptyState title="There are no deployments yet">
        Make one from a file that defines it: <Code>npx millrace deployment create flows.ts</Code>
      </EmptyState>
    );
  return (
    <>
      <DeploymentTable deployments={deployments} />
      <More hasMore={list.hasNextPage} isLoading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </>
  );
}
