import { create } from '@bufbuild/protobuf';
import { type WorkQueue, WorkQueueSchema } from '@millrace/contracts/millrace/v1/work_queue_pb';
import type { Selectable } from 'kysely';
import type { Tables } from '../connection/tables.ts';
import { timestampMessage } from './time-message.ts';

/** A queue as the contract has it. */
export function workQueueMessage(row: Selectable<Tables['work_queue']>): WorkQueue {
  return create(WorkQueueSchema, {
    id: row.id,
    created: timestampMessage(row.created),
    updated: timestampMessage(row.updated),
    name: row.name,
    description: row.description,
    filter: {
      tags: row.filter_tags ?? [],
      deploymentIds: row.filter_deployment_ids ?? [],
      flowRunnerTypes: row.filter_flow_runner_types ?? [],
    },
    isPaused: row.is_paused,
    concurrencyLimit: row.concurrency_limit ?? undefined,
  });
}
