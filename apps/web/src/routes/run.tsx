import { Grid, Group, Text, Title } from '@mantine/core';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { getRouteApi } from '@tanstack/react-router';
import { isTerminal } from 'millrace/watch';
import type { ReactNode } from 'react';
import { LogView } from '../features/flow-runs/log-view.tsx';
import { runDuration } from '../features/flow-runs/run-duration.ts';
import { StateBadge } from '../features/flow-runs/state-badge.tsx';
import { StateTimeline } from '../features/flow-runs/state-timeline.tsx';
import { isMissing, useFlowRun } from '../features/flow-runs/use-flow-run.ts';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Failure } from '../ui/failure.tsx';
import { Instant } from '../ui/instant.tsx';
import { Loading } from '../ui/loading.tsx';
import { useTitle } from '../ui/title.ts';

const route = getRouteApi('/runs/$id');

export function RunPage() {
  const { id } = route.useParams();
  // Keyed: what one run's log was scrolled to means nothing to another.
  return <Run key={id} id={id} />;
}

function Run({ id }: { readonly id: string }) {
  const { run, states, log } = useFlowRun(id);
  const flowRun = run.data?.flowRun;
  useTitle(flowRun?.name ?? 'Run');
  if (run.isPending) return <Loading what="the run" />;
  if (isMissing(run.error))
    return (
      <EmptyState title="There is no such run">
        It may have been deleted. <AnchorLink to="/runs">See those that there are.</AnchorLink>
      </EmptyState>
    );
  if (!flowRun) return <Failure what="The run" error={run.error} onRetry={() => void run.refetch()} />;
  return (
    <>
      <Group my="sm" gap="sm">
        <Title order={1} size="h2">
          {flowRun.name}
        </Title>
        <StateBadge state={flowRun.state} />
      </Group>
      <Facts run={flowRun} />
      <Grid mt="md" gap="xl">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Heading>Log</Heading>
          {/* The log comes before the states. */}
          <LogView flowRunId={id} log={log} isRead={states.length > 0} isLive={!isTerminal(flowRun.state?.type)} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Heading>States</Heading>
          <StateTimeline states={states} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function Facts({ run }: { readonly run: FlowRun }) {
  const took = runDuration(run);
  return (
    <Group gap="lg" component="dl" m={0}>
      <Fact name="Deployment">{run.deploymentName ?? `none (flow ${run.flowName})`}</Fact>
      {run.parentFlowRunId && (
        <Fact name="Parent">
          <AnchorLink to="/runs/$id" params={{ id: run.parentFlowRunId }}>
            {run.parentFlowRunId}
          </AnchorLink>
        </Fact>
      )}
      <Fact name="Expected">
        <Instant at={run.expectedStartTime} />
      </Fact>
      <Fact name="Started">
        <Instant at={run.startTime} />
      </Fact>
      {took && <Fact name="Took">{took}</Fact>}
    </Group>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </div>
  );
}

function Heading({ children }: { readonly children: ReactNode }) {
  return (
    <Title order={2} size="h4" mb="xs">
      {children}
    </Title>
  );
}
