import { newId } from '@millrace/clock';
import type { CreateWorkQueueRequest } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { findWorkQueue, createWorkQueue as insertWorkQueue, withTransaction, workQueueMessage } from '@millrace/db';
import { alreadyExists, notFound } from '@millrace/rpc/errors';
import type { CallContext } from '@millrace/rpc/server';
import type { Context } from '../context.ts';

export async function createWorkQueue(context: Context, request: CreateWorkQueueRequest, call: CallContext) {
  const { database, clock, signals } = context;
  const id = newId(clock);
  const queue = {
    id,
    name: request.name,
    description: request.description,
    tags: request.filter?.tags ?? [],
    deploymentIds: request.filter?.deploymentIds ?? [],
    flowRunnerTypes: request.filter?.flowRunnerTypes ?? [],
    isPaused: request.isPaused,
    concurrencyLimit: request.concurrencyLimit ?? null,
  };
  const by = { now: clock.now(), actor: call.actor };
  const created = await withTransaction(database, (tx) => insertWorkQueue(tx, queue, by));
  if (!created) throw alreadyExists('work queue', request.name);
  signals.publish([
    { kind: 'queue', id },
    { kind: 'queue-changed', id },
  ]);
  const row = await findWorkQueue(database, { id });
  if (!row) throw notFound('work queue', id);
  return { workQueue: workQueueMessage(row), created: true };
}
