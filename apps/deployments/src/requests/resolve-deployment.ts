import { type DeploymentKey, type Executor, findDeployment } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import { type KeyMessage, readDeploymentKey } from './read-deployment-key.ts';

/** The id of the deployment that is meant. NOT_FOUND where there is none of that name; an id is not looked up. */
export async function resolveDeployment(executor: Executor, key: KeyMessage): Promise<string> {
  const wanted: DeploymentKey = readDeploymentKey(key);
  const id = await findDeployment(executor, wanted);
  if (id === undefined) throw notFound('deployment', key.value ?? '');
  return id;
}
