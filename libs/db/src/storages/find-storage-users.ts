import { type Executor, statement } from '../connection/statement.ts';

const find = statement<{ name: string }>(
  'find_storage_users',
  `select f.name || '/' || d.name as name
   from millrace.deployment d join millrace.flow f on f.id = d.flow_id
   where d.id in (select deployment_id from millrace.storage_ref where storage_id = $1)
   order by 1 limit $2`,
);

/** The first deployments, by "flow/deployment", of which a version has its package in the storage. */
export async function findStorageUsers(executor: Executor, storageId: string, limit: number): Promise<string[]> {
  return (await executor.run(find, [storageId, limit])).map((row) => row.name);
}
