import { Alert, Code } from '@mantine/core';
import { useWorkQueues } from './use-work-queues.ts';

/** That runs will wait, and how to get them going: nothing is handed out without a work queue. */
export function NoWorkQueue() {
  const workQueues = useWorkQueues();
  if (workQueues === undefined || workQueues.length > 0) return null;
  return (
    <Alert color="yellow" variant="outline" title="Runs have to wait" mb="md">
      There is no work queue yet. Make one and start an agent on it: <Code>npx millrace work-queue create default</Code>
      , then <Code>npx millrace agent start default</Code>
    </Alert>
  );
}
