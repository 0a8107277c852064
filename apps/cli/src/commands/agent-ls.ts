import { create } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { ListAgentsResponseSchema, WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { collectPages } from '../pages.ts';

export async function run({ output, settings }: Invocation): Promise<undefined> {
  using api = openApi(settings);
  const queues = api.client(WorkQueueService);
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await queues.listAgents({ pageSize, pageToken });
    return { items: page.agents, nextPageToken: page.nextPageToken };
  });
  if (output.json) {
    await output.reply(ListAgentsResponseSchema, create(ListAgentsResponseSchema, { agents: [...items] }));
    return;
  }
  output.table(
    ['NAME', 'CONNECTED', 'QUEUES', 'SLOTS', 'RUNNERS', 'LAST SEEN', 'ID'],
    items.map((agent) => [
      agent.name,
      agent.connected ? 'yes' : '-',
      agent.workQueueNames.join(', '),
      String(agent.slots),
      agent.flowRunnerTypes.join(', ') || '-',
      agent.lastSeen ? output.time(timestampMs(agent.lastSeen)) : '-',
      agent.id,
    ]),
  );
  if (items.length === 0) output.note('No agents. Start one: millrace agent start default');
}
