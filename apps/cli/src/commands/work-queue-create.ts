import { DeploymentService } from '@millrace/contracts/millrace/v1/deployment_service_pb';
import { CreateWorkQueueResponseSchema, WorkQueueService } from '@millrace/contracts/millrace/v1/work_queue_service_pb';
import { type Api, openApi } from '../api.ts';
import type { Invocation } from '../command.ts';
import { type DeploymentKey, deploymentKey } from '../resource-name.ts';
import { shellWord } from '../shell-word.ts';

export async function run({ input, output, settings }: Invocation): Promise<undefined> {
  const name = input.argument;
  const keys = input.texts('deployment').map(deploymentKey);
  const concurrencyLimit = input.integer('limit');
  using api = openApi(settings);
  const filter = {
    tags: [...input.texts('tag')],
    deploymentIds: await deploymentIds(api, keys),
    flowRunnerTypes: [...input.texts('flow-runner')],
  };
  const reply = await api
    .client(WorkQueueService)
    .createWorkQueue({ name, filter, ...(concurrencyLimit !== undefined && { concurrencyLimit }) });
  if (output.json) {
    await output.reply(CreateWorkQueueResponseSchema, reply);
    return;
  }
  output.line(`Created work queue '${name}' (${reply.workQueue?.id ?? ''}).`);
  output.line('Start an agent for it with:');
  output.line(`    millrace agent start ${shellWord(name)}`);
}

async function deploymentIds(api: Api, keys: readonly DeploymentKey[]): Promise<string[]> {
  const ids = keys.map(async (key) => {
    if (key.case === 'id') return key.value;
    const { deployment } = await api.client(DeploymentService).getDeployment({ key });
    return deployment?.id ?? '';
  });
  return Promise.all(ids);
}
