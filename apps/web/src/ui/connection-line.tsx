import { Text } from '@mantine/core';
import { useLiveStatus } from '../live/use-live.ts';

/** Says that the server is away; the page comes back by itself. */
export function ConnectionLine() {
  const status = useLiveStatus();
  return (
    <Text size="sm" c="dimmed" role="status" ml="auto">
      {status === 'lost' ? 'Connection lost, trying again…' : ''}
    </Text>
  );
}
