import { Alert, Button, Stack, Text } from '@mantine/core';
import { MillraceError } from '@millrace/rpc/errors';

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
  const { message } = MillraceError.from(thrown);
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
