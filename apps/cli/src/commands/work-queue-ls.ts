import { create } from '@bufbuild/protobuf';
import type { WorkQueue } from '@millrace/contracts/millrace/v1/work_queue_pb';
import { ListWorkQueuesResponseSchema, WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { collectPages } from '../pages.ts';

export async function run({ output, settings }: Invocation): Promise<undefined> {
  using api = openApi(settings);
  const queues = api.client(WorkQueueService);
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await queues.listWorkQueues({ pageSize, pageToken });
    return { items: page.workQueues, nextPageToken: page.nextPageToken };
  });
  if (output.json) {
    await output.reply(ListWorkQueuesResponseSchema, create(ListWorkQueuesResponseSchema, { workQueues: [...items] }));
    return;
  }
  output.table(
    ['NAME', 'SERVES', 'LIMIT', 'PAUSED', 'ID'],
    items.map((queue) => [
      queue.name,
      conditions(queue),
      queue.concurrencyLimit === undefined ? '-' : String(queue.concurrencyLimit),
      queue.isPaused ? 'yes' : '-',
      queue.id,
    ]),
  );
  if (items.length === 0) output.note('No work queues. Create one: millrace work-queue create default');
}

function conditions({ filter }: WorkQueue): string {
  const parts = [
    ['tags', filter?.tags ?? []],
    ['deployments', filter?.deploymentIds ?? []],
    ['runners', filter?.flowRunnerTypes ?? []],
  ] as const;
  const given = parts.filter(([, values]) => values.length > 0).map(([name, values]) => `${name} ${values.join(', ')}`);
  return given.join('; ') || 'everything';
}
