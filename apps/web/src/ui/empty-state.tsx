import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** That there is nothing yet, and what to do about it. */
export function EmptyState({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack gap="xs">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text component="div" c="dimmed">
          {children}
        </Text>
      </Stack>
    </Paper>
  );
}
