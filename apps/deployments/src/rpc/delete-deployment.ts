import type { DeleteDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { deleteDeployment as remove, withTransaction } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';

export async function deleteDeployment({ database, signals }: Context, { key }: DeleteDeploymentRequest) {
  const deleted = await withTransaction(database, async (tx) => remove(tx, await resolveDeployment(tx, key)));
  if (!deleted) throw notFound('deployment', key.value ?? '');
  signals.publish(deleted.signals);
  return { deletedFlowRuns: deleted.deletedFlowRuns };
}
