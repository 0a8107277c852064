import { Badge, Box, Group, Stack, Table, Text } from '@mantine/core';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import { QuickRun } from './quick-run.tsx';
import { ScheduleList } from './schedule-list.tsx';

/** Deployments, a row each; on a narrow screen the schedules stand under the name. */
export function DeploymentTable({ deployments }: { readonly deployments: readonly Deployment[] }) {
  return (
    <Table verticalSpacing="xs" highlightOnHover aria-label="Deployments">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Deployment</Table.Th>
          <Table.Th visibleFrom="sm">Schedules</Table.Th>
          <Table.Th visibleFrom="sm">Tags</Table.Th>
          <Table.Th ta="right">Run</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {deployments.map((deployment) => (
          <Table.Tr key={deployment.id}>
            <Table.Td>
              <Stack gap={0}>
                <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {deployment.name}
                </Text>
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {deployment.flowName}
                </Text>
                <Box c="dimmed" hiddenFrom="sm">
                  <ScheduleList deployment={deployment} size="xs" />
                </Box>
              </Stack>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <ScheduleList deployment={deployment} size="sm" />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Group gap={4}>
                {deployment.tags.map((tag) => (
                  <Badge key={tag} variant="default" tt="none" radius="sm">
                    {tag}
                  </Badge>
                ))}
              </Group>
            </Table.Td>
            <Table.Td ta="right">
              <QuickRun deployment={deployment} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
