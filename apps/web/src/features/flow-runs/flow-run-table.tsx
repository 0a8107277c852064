import { Stack, Table, Text } from '@mantine/core';
import type { FlowRun } from '@millrace/contracts/millrace/v1/flow_run_pb';
import { memo } from 'react';
import { AnchorLink } from '../../ui/anchor-link.tsx';
import { Instant } from '../../ui/instant.tsx';
import { runDuration } from './run-duration.ts';
import { StateBadge } from './state-badge.tsx';

/** Runs, a row each; on a narrow screen with what matters most. */
export function FlowRunTable({ runs }: { readonly runs: readonly FlowRun[] }) {
  return (
    <Table verticalSpacing="xs" highlightOnHover aria-label="Runs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Run</Table.Th>
          <Table.Th visibleFrom="sm">Expected</Table.Th>
          <Table.Th visibleFrom="md">Started</Table.Th>
          <Table.Th visibleFrom="xs" ta="right">
            Took
          </Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <FlowRunRow key={run.id} run={run} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

// Most news change few rows.
const FlowRunRow = memo(({ run }: { readonly run: FlowRun }) => (
  <Table.Tr>
    <Table.Td>
      <Stack gap={0}>
        <AnchorLink to="/runs/$id" params={{ id: run.id }} fw={500}>
          {run.name}
        </AnchorLink>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {run.deploymentName ?? run.flowName}
        </Text>
      </Stack>
    </Table.Td>
    <Table.Td visibleFrom="sm">
      <Instant at={run.expectedStartTime} />
    </Table.Td>
    <Table.Td visibleFrom="md">
      <Instant at={run.startTime} />
    </Table.Td>
    <Table.Td visibleFrom="xs" ta="right">
      {runDuration(run)}
    </Table.Td>
    <Table.Td>
      <StateBadge state={run.state} />
    </Table.Td>
  </Table.Tr>
));
