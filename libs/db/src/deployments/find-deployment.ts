import { type Executor, statement } from '../connection/statement.ts';

/** How a deployment is named by a caller. */
export type DeploymentKey = { readonly id: string } | { readonly flowName: string; readonly name: string };

const findByName = statement<{ id: string }>(
  'find_deployment_by_name',
  `select d.id from millrace.deployment d join millrace.flow f on f.id = d.flow_id
   where f.name = $1 and d.name = $2`,
);

const lockChanges = statement<{ id: string }>(
  'lock_deployment_changes',
  'select id from millrace.deployment where id = $1 for no key update',
);

const lockAll = statement<{ id: string }>(
  'lock_deployment',
  'select id from millrace.deployment where id = $1 for update',
);

/** The id of a deployment, undefined where there is none of that name; an id is given back unseen. */
export async function findDeployment(executor: Executor, key: DeploymentKey): Promise<string | undefined> {
  if ('id' in key) return key.id;
  const [row] = await executor.run(findByName, [key.flowName, key.name]);
  return row?.id;
}

/** Locks a deployment against other changes, not against new runs; gives whether there is one. */
export async function lockDeploymentChanges(executor: Executor, id: string): Promise<boolean> {
  return (await executor.run(lockChanges, [id])).length > 0;
}

/** Locks a deployment against other changes and new runs; waits for those who are making some. Gives whether there is one. */
export async function lockDeployment(executor: Executor, id: string): Promise<boolean> {
  return (await executor.run(lockAll, [id])).length > 0;
}
