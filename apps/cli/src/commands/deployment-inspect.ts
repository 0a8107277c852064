import { timestampMs } from '@bufbuild/protobuf/wkt';
import { DeploymentService, GetDeploymentResponseSchema } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { deploymentKey } from '../resource-name.ts';
import { scheduleDetail } from '../schedule-text.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  using api = openApi(settings);
  const reply = await api.client(DeploymentService).getDeployment({ key });
  if (output.json || !reply.deployment) {
    await output.reply(GetDeploymentResponseSchema, reply);
    return;
  }
  const { deployment } = reply;
  output.details([
    ['Name', `${deployment.flowName}/${deployment.name}`],
    ['ID', deployment.id],
    ['Description', deployment.description],
    ['Version', String(deployment.version)],
    ['Created', deployment.created && output.time(timestampMs(deployment.created))],
    ['Updated', deployment.updated && output.time(timestampMs(deployment.updated))],
    ...deployment.schedules.map((schedule) => ['Schedule', scheduleDetail(schedule)] as const),
    ['Schedules', deployment.schedules.length > 0 && !deployment.isScheduleActive ? 'all paused' : undefined],
    ['Parameters', JSON.stringify(deployment.parameters ?? {})],
    ['Schema', deployment.parameterSchema && JSON.stringify(deployment.parameterSchema)],
    ['Tags', deployment.tags.join(', ')],
    ['Priority', String(deployment.priority)],
    ['Flow runner', deployment.flowRunner?.type],
    ['Runner config', deployment.flowRunner?.config && JSON.stringify(deployment.flowRunner.config)],
    ['Flow data', deployment.flowData?.encoding],
  ]);
}
