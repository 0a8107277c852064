import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, timestampMs } from '@bufbuild/protobuf/wkt';
import {
  DeploymentService,
  type ListScheduleFiresRequestSchema,
  ListScheduleFiresResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import type { ScheduleFire } from '@millrace/contracts/millrace/v1/schedule_fire_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { fireStatusesByName, fireStatusText } from '../fire-text.ts';
import { namingOptions } from '../naming-options.ts';
import { collectPages } from '../pages.ts';
import { deploymentKey } from '../resource-name.ts';
import { shellWord } from '../shell-word.ts';

const DEFAULT_LIMIT = 15;
// Fires of the next minute count as present: clocks differ, and what is about to start is of interest.
const PRESENT_MS = 60_000;

export async function run({ input, output, settings, clock }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  const scheduleSlug = input.text('schedule');
  const statuses = input.texts('status').flatMap((choice) => fireStatusesByName.get(choice) ?? []);
  const limit = input.integer('limit') ?? DEFAULT_LIMIT;
  using api = openApi(settings);
  const deployments = api.client(DeploymentService);
  const list = (condition: MessageInitShape<typeof ListScheduleFiresRequestSchema> = {}) =>
    collectPages(async (pageSize, pageToken) => {
      const request = { key, ...(scheduleSlug !== undefined && { scheduleSlug }), statuses, ...condition };
      const page = await deployments.listScheduleFires({ ...request, pageSize, pageToken }).catch(namingOptions);
      return { items: page.fires, nextPageToken: page.nextPageToken };
    }, limit);

  let page = await list();
  let leftOut = false;
  if (page.nextPageToken !== '' && statuses.length === 0) {
    // The newest are those to come, up to a hundred of each schedule: show what is or was instead.
    const present = await list({ fireBefore: timestampFromMs(clock.now() + PRESENT_MS) });
    leftOut = present.items.length > 0 && timeOf(present.items[0]) !== timeOf(page.items[0]);
    if (leftOut) page = present;
  }

  if (output.json) {
    const reply = { fires: [...page.items], nextPageToken: page.nextPageToken };
    await output.reply(ListScheduleFiresResponseSchema, create(ListScheduleFiresResponseSchema, reply));
    return;
  }
  output.table(
    ['TIME', 'SCHEDULE', 'STATUS', 'FLOW RUN'],
    page.items.map((fire) => [
      output.time(timeOf(fire)),
      fire.scheduleSlug,
      fireStatusText(fire),
      fire.flowRunId ?? '-',
    ]),
  );
  if (leftOut) {
    const others = `millrace deployment fires ${shellWord(input.argument)} --status scheduled`;
    output.note(`Fires further ahead than a minute are left out; see them with: ${others}`);
  }
  if (page.items.length === 0) output.note('No fires.');
}

function timeOf(fire: ScheduleFire | undefined): number | undefined {
  return fire?.fireTime && timestampMs(fire.fireTime);
}
