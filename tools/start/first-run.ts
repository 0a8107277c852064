import type { Dev } from '@millrace/cli';
import { StateType } from '@millrace/contracts/millrace/v1/state_pb';

/** Makes a run of a deployment, if that was deployed, and tells of it to its end; gives whether it completed. */
export async function firstRun(dev: Dev, deployment: string): Promise<boolean> {
  if (!dev.deployments.includes(deployment)) return false;
  const { flowRun } = await dev.client.deployments.createFlowRun({ key: { case: 'name', value: deployment } });
  return flowRun !== undefined && (await dev.follow(flowRun.id)) === StateType.COMPLETED;
}
