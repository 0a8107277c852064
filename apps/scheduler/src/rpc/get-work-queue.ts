import type { GetWorkQueueRequest } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { findWorkQueue, workQueueMessage } from '@millrace/db';
import { notFound } from '@millrace/rpc/errors';
import type { Context } from '../context.ts';

export async function getWorkQueue({ database }: Context, { key }: GetWorkQueueRequest) {
  const row = await findWorkQueue(database, key.case === 'id' ? { id: key.value } : { name: key.value ?? '' });
  if (!row) throw notFound('work queue', key.value ?? '');
  return { workQueue: workQueueMessage(row) };
}
