import {
  DeleteDeploymentResponseSchema,
  DeploymentService,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { deploymentKey } from '../resource-name.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const key = deploymentKey(input.argument);
  using api = openApi(settings);
  const reply = await api.client(DeploymentService).deleteDeployment({ key });
  if (output.json) {
    await output.reply(DeleteDeploymentResponseSchema, reply);
    return;
  }
  const runs = reply.deletedFlowRuns;
  output.line(`Deleted deployment '${key.value}'${runs > 0 ? ` and ${runs} of its runs, not yet started` : ''}.`);
}
