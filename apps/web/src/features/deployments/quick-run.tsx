import { useMutation } from '@connectrpc/connect-query';
import { Button, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { Deployment } from '@millrace/contracts/millrace/v1/deployment_pb';
import {
  DeploymentService,
  type DeploymentServiceCreateFlowRunResponse,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { AnchorLink } from '../../ui/anchor-link.tsx';
import { failureText } from '../../ui/failure.tsx';

/** Makes a run of a deployment, with its own parameters, now. */
export function QuickRun({ deployment }: { readonly deployment: Deployment }) {
  const create = useMutation(DeploymentService.method.createFlowRun, {
    onSuccess: (response) => tellOf(response),
    onError: (error) =>
      notifications.show({ color: 'red', title: 'The run was not made', message: failureText(error), role: 'alert' }),
  });
  return (
    <Button
      size="xs"
      variant="light"
      loading={create.isPending}
      aria-label={`Quick Run of ${deployment.flowName}/${deployment.name}`}
      onClick={() => create.mutate({ key: { case: 'id', value: deployment.id } })}
    >
      Quick Run
    </Button>
  );
}

function tellOf({ flowRun, workQueueNames }: DeploymentServiceCreateFlowRunResponse): void {
  if (!flowRun) return;
  const message = (
    <>
      <AnchorLink to="/runs/$id" params={{ id: flowRun.id }}>
        {flowRun.name}
      </AnchorLink>
      {workQueueNames.length === 0 && (
        <Text size="sm">No work queue hands it out: make one with “millrace work-queue create NAME”.</Text>
      )}
    </>
  );
  notifications.show({ color: workQueueNames.length === 0 ? 'yellow' : 'teal', title: 'Run made', message });
}
