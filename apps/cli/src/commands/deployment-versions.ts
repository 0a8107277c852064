import { create } from '@bufbuild/protobuf';
import { timestampMs } from '@bufbuild/protobuf/wkt';
import {
  DeploymentService,
  ListDeploymentVersionsResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { collectPages } from '../pages.ts';
import { deploymentKey } from '../resource-name.ts';
import { scheduleText } from '../schedule-text.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  using api = openApi(settings);
  const deployments = api.client(DeploymentService);
  const { items } = await collectPages(async (pageSize, pageToken) => {
    const page = await deployments.listDeploymentVersions({ key, pageSize, pageToken });
    return { items: page.versions, nextPageToken: page.nextPageToken };
  }, input.integer('limit') ?? 15);
  if (output.json) {
    const reply = create(ListDeploymentVersionsResponseSchema, { versions: [...items] });
    await output.reply(ListDeploymentVersionsResponseSchema, reply);
    return;
  }
  output.table(
    ['VERSION', 'CREATED', 'BY', 'SCHEDULE', 'PARAMETERS', 'TAGS'],
    items.map((version) => [
      `${version.version}${version.isCurrent ? ' (current)' : ''}`,
      output.time(version.created && timestampMs(version.created)),
      version.createdBy,
      version.schedules.map(({ active: _, ...schedule }) => scheduleText(schedule)).join('; ') || '-',
      JSON.stringify(version.parameters ?? {}),
      version.tags.join(', ') || '-',
    ]),
  );
}
