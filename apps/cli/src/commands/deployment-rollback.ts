import {
  DeploymentService,
  RollbackDeploymentResponseSchema,
} from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { deploymentKey } from '../resource-name.ts';
import { UsageError } from '../usage-error.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const [name = '', wanted = ''] = input.arguments;
  const key = deploymentKey(name);
  const version = /^[1-9]\d{0,8}$/.test(wanted) ? Number(wanted) : undefined;
  if (version === undefined)
    throw new UsageError(
      `'${wanted}' is not a version: 1 or more is needed`,
      `See them: millrace deployment versions '${name}'`,
    );
  using api = openApi(settings);
  const reply = await api.client(DeploymentService).rollbackDeployment({ key, version });
  if (output.json) {
    await output.reply(RollbackDeploymentResponseSchema, reply);
    return;
  }
  const { flowName = '', name: own = '', version: now = 0 } = reply.deployment ?? {};
  output.line(
    now === version
      ? `Deployment '${flowName}/${own}' is at version ${version} already.`
      : `Rolled back deployment '${flowName}/${own}' to what it was in version ${version}; this is version ${now}.`,
  );
}
