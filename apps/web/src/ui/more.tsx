import { Button, Group } from '@mantine/core';

interface MoreProps {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** The way to a list's next page. */
export function More({ hasMore, isLoading, onMore }: MoreProps) {
  if (!hasMore) return null;
  return (
    <Group justify="center" mt="md">
      <Button variant="default" loading={isLoading} onClick={onMore}>
        Load more
      </Button>
    </Group>
  );
}
