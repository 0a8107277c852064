import type { GetDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { readDeployments } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { deploymentMessage } from '../messages/deployment-message.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';

export async function getDeployment({ database }: Context, { key }: GetDeploymentRequest) {
  const id = await resolveDeployment(database, key);
  const [deployment] = await readDeployments(database, [id]);
  if (!deployment) throw notFound('deployment', key.value ?? '');
  return { deployment: deploymentMessage(deployment) };
}
