import { create } from '@bufbuild/protobuf';
import {
  DeploymentService,
  ListDeploymentsResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { collectPages } from '../pages.ts';
import { scheduleText } from '../schedule-text.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  using api = openApi(settings);
  const deployments = api.client(DeploymentService);
  const filter = { flowNames: [...input.texts('flow')], tagsAll: [...input.texts('tag')] };
  const sort = input.on('by-created') ? 'created' : 'name';
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await deployments.listDeployments({ filter, sort, pageSize, pageToken });
    return { items: page.deployments, nextPageToken: page.nextPageToken };
  });
  if (output.json) {
    await output.reply(
      ListDeploymentsResponseSchema,
      create(ListDeploymentsResponseSchema, { deployments: [...items] }),
    );
    return;
  }
  output.table(
    ['NAME', 'SCHEDULE', 'TAGS', 'ID'],
    items.map((deployment) => [
      `${deployment.flowName}/${deployment.name}`,
      deployment.isScheduleActive || deployment.schedules.length === 0
        ? deployment.schedules.map(scheduleText).join('; ') || '-'
        : `${deployment.schedules.map(scheduleText).join('; ')} (all paused)`,
      deployment.tags.join(', ') || '-',
      deployment.id,
    ]),
  );
  if (items.length === 0) output.note('No deployments. Create some: millrace deployment create FILE');
}
