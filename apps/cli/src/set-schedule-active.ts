import {
  DeploymentService,
  SetScheduleActiveResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from './api.ts';
import type { Invocation } from './command.ts';
import { namingOptions } from './naming-options.ts';
import { deploymentKey } from './resource-name.ts';

/** What `deployment pause` and `deployment resume` do. */
export async function setScheduleActive({ input, output, settings }: Invocation, active: boolean): Promise<undefined> {
  const key = deploymentKey(input.argument);
  const slug = input.text('schedule');
  using api = openApi(settings);
  const reply = await api
    .client(DeploymentService)
    .setScheduleActive({ key, active, ...(slug !== undefined && { slug }) })
    .catch(namingOptions);
  if (output.json) {
    await output.reply(SetScheduleActiveResponseSchema, reply);
    return;
  }
  const { flowName = '', name = '', isScheduleActive = false, schedules = [] } = reply.deployment ?? {};
  const what = slug === undefined ? 'the schedules' : `schedule '${slug}'`;
  output.line(`${active ? 'Resumed' : 'Paused'} ${what} of deployment '${flowName}/${name}'.`);
  if (schedules.length === 0) output.note('It has no schedules.');
  else if (active && slug !== undefined && !isScheduleActive)
    output.note(`All its schedules are paused besides: millrace deployment resume '${flowName}/${name}'`);
}
