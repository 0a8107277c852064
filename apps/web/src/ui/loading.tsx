import { Skeleton, Stack } from '@mantine/core';

/** Holds the place of a list while it is read. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <Stack gap="xs" role="status" aria-label={`Loading ${what}`}>
      {['a', 'b', 'c', 'd'].map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  );
}
