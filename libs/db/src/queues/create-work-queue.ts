import { toInstant } from '../connection/instant.ts';
import type { Tables } from '../connection/tables.ts';
import type { Transaction } from '../connection/with-transaction.ts';
import { insertQueueEntriesOfQueue, lockQueueFilters } from './queue-entries.ts';

/** A queue to be made; an empty filter list is no condition. */
export interface WorkQueueToCreate {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly deploymentIds: readonly string[];
  readonly flowRunnerTypes: readonly string[];
  readonly isPaused: boolean;
  readonly concurrencyLimit: number | null;
}

/** Makes a queue and gives it every run that waits and fits. False if there is one of that name. */
export async function createWorkQueue(
  tx: Transaction,
  queue: WorkQueueToCreate,
  context: { readonly now: number; readonly actor: string },
): Promise<boolean> {
  await lockQueueFilters(tx);
  const row = {
    id: queue.id,
    created: toInstant(context.now),
    updated: toInstant(context.now),
    created_by: context.actor,
    updated_by: context.actor,
    name: queue.name,
    description: queue.description,
    filter_tags: orNull(queue.tags),
    filter_deployment_ids: orNull(queue.deploymentIds),
    filter_flow_runner_types: orNull(queue.flowRunnerTypes),
    is_paused: queue.isPaused,
    concurrency_limit: queue.concurrencyLimit,
  } satisfies Record<keyof Tables['work_queue'], unknown>;
  const inserted = await tx.kysely
    .insertInto('work_queue')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return false;
  await insertQueueEntriesOfQueue(tx, queue.id);
  return true;
}

function orNull(list: readonly string[]): string[] | null {
  return list.length === 0 ? null : [...new Set(list)];
}
