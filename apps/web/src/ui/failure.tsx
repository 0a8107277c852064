import { Alert, Button, Stack, Text } from '@mantine/core';
import { Code, MillraceError } from '@millrace/rpc/errors';

interface FailureProps {
  /** What could not be shown: "The runs". */
  readonly what: string;
  readonly error: unknown;
  readonly onRetry: () => void;
}

/** Why something is not there, and the way to try again. */
export function Failure({ what, error, onRetry }: FailureProps) {
  return (
    <Alert color="red" title={`${what} could not be loaded`} role="alert">
      <Stack align="flex-start" gap="sm">
        <Text size="sm">{failureText(error)}</Text>
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </Stack>
    </Alert>
  );
}

/** An error in words for people. */
export function failureText(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === 'TypeError') return thrown.message;
  const error = MillraceError.from(thrown);
  // What a browser says of a server that is away differs from one to the next, and says little.
  const isAway = error.code === Code.Unavailable || error.code === Code.Unknown || error.reason === 'INTERNAL';
  return isAway && /fetch|network|load failed/i.test(String(causeOf(error)))
    ? 'The server does not answer.'
    : error.message;
}
