import { type Executor, statement } from '../connection/statement.ts';

/** Which version of a deployment has its package in which storage. */
export interface StorageRef {
  readonly storageId: string;
  readonly deploymentId: string;
  readonly version: number;
}

const insert = statement(
  'insert_storage_refs',
  `insert into millrace.storage_ref (storage_id, deployment_id, version)
   select * from unnest($1::uuid[], $2::uuid[], $3::int[])`,
);

/** Notes that versions have their packages in storages; both must exist. */
export async function insertStorageRefs(executor: Executor, refs: readonly StorageRef[]): Promise<void> {
  if (refs.length === 0) return;
  await executor.run(insert, [
    refs.map((ref) => ref.storageId),
    refs.map((ref) => ref.deploymentId),
    refs.map((ref) => ref.version),
  ]);
}
