import { newId } from '@millrace/clock';
import type { DeleteDeploymentRequest } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { deleteDeployment as remove, withTransaction } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';
import { resolveDeployment } from '../requests/resolve-deployment.ts';

export async function deleteDeployment(context: Context, { key }: DeleteDeploymentRequest, call: CallContext) {
  const { database, signals, clock } = context;
  const by = { now: clock.now(), actor: call.actor, newId: () => newId(clock) };
  const deleted = await withTransaction(database, async (tx) => remove(tx, await resolveDeployment(tx, key), by));
  if (!deleted) throw notFound('deployment', key.value ?? '');
  signals.publish(deleted.signals);
  return { deletedFlowRuns: deleted.deletedFlowRuns };
}
